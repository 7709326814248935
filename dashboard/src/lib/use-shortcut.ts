import { useEffect, useEffectEvent } from "react";

/**
 * Calls back when one key is pressed by itself, anywhere on the page but where one types or in an open dialog or menu.
 * @param key As `KeyboardEvent.key` has it: "/", "n".
 */
export function useShortcut(key: string, onPress: () => void): void {
  const press = useEffectEvent(onPress);
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      if (event.key !== key || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
      if (event.repeat || event.isComposing || isTaken(event.target)) return;
      event.preventDefault();
      press();
    };
    addEventListener("keydown", listen);
    return () => removeEventListener("keydown", listen);
  }, [key]);
}

function isTaken(target: EventTarget | null): boolean {
  // A toast is a dialog to a screen reader, but takes no keys from the page.
  const open = "[role=dialog]:not(.toast), [role=alertdialog]:not(.toast), [role=menu]";
  if (document.querySelector(open) !== null) return true;
  return target instanceof HTMLElement && (target.isContentEditable || target.matches("input, textarea, select"));
}
