import { type ListPlace, useListPlace } from "../../../lib/use-list-place.ts";

const NARROWEST_CARD_REM = 18;

/** How many cards fit side by side, and where the grid begins. */
export function useGridLayout(grid: HTMLElement | null, gapRem: number): ListPlace & { columns: number } {
  const place = useListPlace(grid);
  const columns = Math.max(1, Math.floor((place.width / place.rem + gapRem) / (NARROWEST_CARD_REM + gapRem)));
  return { ...place, columns };
}
