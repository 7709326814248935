import type { KeyboardEvent } from "react";
import { Button, type ButtonProps } from "../../../ui/button.tsx";
import { Kbd } from "../../../ui/kbd.tsx";

const isMac = navigator.platform.startsWith("Mac");

/** The button that a dialog with several fields is sent with; its keys are those of `submitByKeys`. */
export function SubmitButton({ children, ...rest }: ButtonProps) {
  return (
    <Button type="submit" variant="primary" aria-keyshortcuts="Control+Enter Meta+Enter" {...rest}>
      {children}
      <Kbd className="border-transparent bg-transparent text-on-accent max-sm:hidden">{isMac ? "⌘" : "Ctrl"} ↵</Kbd>
    </Button>
  );
}

/** Submits on Ctrl or ⌘ with Enter, wherever the focus is. */
export function submitByKeys(submit: () => void): (event: KeyboardEvent) => void {
  return (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    submit();
  };
}
