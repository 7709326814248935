import { useLayoutEffect, useState } from "react";

const NARROWEST_CARD_REM = 18;

const remInPixels = () => Number.parseFloat(getComputedStyle(document.documentElement).fontSize);

export type GridLayout = {
  columns: number;
  /** Pixels from the top of the document to the grid. */
  top: number;
  /** Pixels in a rem: it follows the size of text that a person set. */
  rem: number;
};

/** How many cards fit side by side, and where the grid begins; follows the window and whatever stands above the grid. */
export function useGridLayout(grid: HTMLElement | null, gapRem: number): GridLayout {
  const [layout, setLayout] = useState<GridLayout>({ columns: 1, top: 0, rem: 16 });

  useLayoutEffect(() => {
    if (grid === null) return;
    const measure = () => {
      const rem = remInPixels();
      const columns = Math.max(1, Math.floor((grid.clientWidth / rem + gapRem) / (NARROWEST_CARD_REM + gapRem)));
      const top = Math.round(grid.getBoundingClientRect().top + window.scrollY);
      setLayout((last) =>
        last.columns === columns && last.top === top && last.rem === rem ? last : { columns, top, rem },
      );
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(grid);
    // A notice that comes or goes above the grid changes the height of what holds both.
    if (grid.parentElement !== null) observer.observe(grid.parentElement);
    return () => observer.disconnect();
  }, [grid, gapRem]);

  return layout;
}
