import { useLayoutEffect, useState } from "react";

const remInPixels = () => Number.parseFloat(getComputedStyle(document.documentElement).fontSize);

export type ListPlace = {
  /** Pixels from the top of the document to the list. */
  top: number;
  /** Pixels. */
  width: number;
  /** Pixels in a rem: it follows the size of text that a person set. */
  rem: number;
};

/** Where a list begins, and how wide it is; follows the window and whatever stands above the list. */
export function useListPlace(list: HTMLElement | null): ListPlace {
  const [place, setPlace] = useState<ListPlace>({ top: 0, width: 0, rem: 16 });

  useLayoutEffect(() => {
    if (list === null) return;
    const measure = () => {
      const rem = remInPixels();
      const width = list.clientWidth;
      const top = Math.round(list.getBoundingClientRect().top + window.scrollY);
      setPlace((last) => (last.top === top && last.width === width && last.rem === rem ? last : { top, width, rem }));
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(list);
    // A notice that comes or goes above the list changes the height of what holds both.
    if (list.parentElement !== null) observer.observe(list.parentElement);
    return () => observer.disconnect();
  }, [list]);

  return place;
}
