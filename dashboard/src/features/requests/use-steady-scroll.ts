import type { Virtualizer } from "@tanstack/react-virtual";
import { useLayoutEffect, useRef } from "react";
import type { RequestView } from "./request-views.ts";

/** Requests that come above those in sight do not push them away. Below the top of the list only: there, one sees them come. */
export function useSteadyScroll(
  virtualizer: Virtualizer<Window, HTMLLIElement>,
  views: readonly RequestView[],
  top: number,
): void {
  const seen = useRef<{ id: string; start: number } | undefined>(undefined);

  // biome-ignore lint/correctness/useExhaustiveDependencies: runs when the rows change; the others say where they were then
  useLayoutEffect(() => {
    const last = seen.current;
    if (last === undefined || window.scrollY <= top) return;
    const index = views.findIndex(({ id }) => id === last.id);
    const start = virtualizer.measurementsCache[index]?.start;
    if (start !== undefined && start !== last.start) window.scrollBy({ top: start - last.start });
  }, [views]);

  useLayoutEffect(() => {
    const first = virtualizer.getVirtualItems().find(({ end }) => end > window.scrollY);
    seen.current = first && { id: String(first.key), start: first.start };
  });
}
