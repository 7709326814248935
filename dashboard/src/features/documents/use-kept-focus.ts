import { useEffect, useRef } from "react";
import { PANEL_ID } from "./document-tabs.tsx";

/** Keeps the focus in the document when one of these changes: the button that was pressed may be gone with what it belonged to. */
export function useKeptFocus(shown: readonly boolean[]): void {
  const now = shown.join();
  const before = useRef(now);
  useEffect(() => {
    if (before.current === now) return;
    before.current = now;
    if (document.activeElement === document.body) document.getElementById(PANEL_ID)?.focus({ preventScroll: true });
  }, [now]);
}
