import { useEffect, useEffectEvent } from "react";

const isMac = /Mac|iPhone|iPad/.test(navigator.platform);

/** "⌘S" or "Ctrl+S". */
export const modLabel = (key: string): string => (isMac ? `⌘${key.toUpperCase()}` : `Ctrl+${key.toUpperCase()}`);

/** Calls back when one key is pressed with Command on a Mac, with Control elsewhere; also where one types, but not in a dialog. */
export function useModShortcut(key: string, onPress: () => void): void {
  const press = useEffectEvent(onPress);
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      const isMod = isMac ? event.metaKey && !event.ctrlKey : event.ctrlKey && !event.metaKey;
      if (!isMod || event.altKey || event.shiftKey || event.key.toLowerCase() !== key) return;
      event.preventDefault();
      if (event.repeat || document.querySelector("[role=dialog]:not(.toast), [role=alertdialog]:not(.toast)")) return;
      press();
    };
    addEventListener("keydown", listen);
    return () => removeEventListener("keydown", listen);
  }, [key]);
}
