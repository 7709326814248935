import { type FocusEvent, type RefObject, useLayoutEffect, useRef } from "react";

/**
 * Keeps the focus in a list when a button there goes with what it was for: it is on that row then, wherever that is by now,
 * or on the one that took its place.
 * @param list Its children are the rows, each with its name (`data-row`), which can have the focus (`tabIndex={-1}`).
 */
export function useRowFocus(list: RefObject<HTMLElement | null>) {
  const last = useRef<{ name: string | undefined; index: number }>(undefined);
  const held = useRef<typeof last.current>(undefined);
  const rowsOf = () => [...(list.current?.children ?? [])].filter((row) => row instanceof HTMLElement);
  useLayoutEffect(() => {
    if (held.current === undefined || document.activeElement !== document.body) return;
    const { name, index } = held.current;
    const rows = rowsOf();
    const next = rows.find((row) => row.dataset["row"] === name) ?? rows[index] ?? rows.at(-1);
    next?.focus();
  });
  return {
    onFocus: ({ target }: FocusEvent) => {
      const rows = rowsOf();
      const index = rows.findIndex((row) => row.contains(target));
      // In none of them is a menu, which belongs to the row that it was opened from.
      if (index !== -1) last.current = { name: rows[index]?.dataset["row"], index };
      held.current = last.current;
    },
    // React tells of no blur when what had the focus is taken out of the page.
    onBlur: () => {
      held.current = undefined;
    },
  };
}
