import { type RefObject, useState } from "react";
import { flushSync } from "react-dom";

/**
 * A long list of which the first few are shown until somebody asks for all; the focus is on the first that was hidden then.
 * @param list Its children are the items, which can have the focus (`tabIndex={-1}`).
 * @returns `showAll` undefined: all are shown.
 */
export function useShowAll<Row>(rows: readonly Row[], first: number, list: RefObject<HTMLElement | null>) {
  const [isWhole, setIsWhole] = useState(false);
  const shown = isWhole ? rows : rows.slice(0, first);
  const showAll = () => {
    // With it goes the button that was pressed, and had the focus.
    flushSync(() => setIsWhole(true));
    const item = list.current?.children[first];
    if (item instanceof HTMLElement) item.focus();
  };
  return { shown, showAll: shown.length < rows.length ? showAll : undefined };
}
