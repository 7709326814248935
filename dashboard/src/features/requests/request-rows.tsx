import { defaultRangeExtractor, useWindowVirtualizer } from "@tanstack/react-virtual";
import { type KeyboardEvent, useEffect, useLayoutEffect, useRef, useState } from "react";
import { actorOf } from "../../lib/fleet/actor.ts";
import { useSession } from "../../lib/session.ts";
import { useListPlace } from "../../lib/use-list-place.ts";
import { cardStyle } from "../../ui/card.tsx";
import { classNames } from "../../ui/class-names.ts";
import { RequestDetails } from "./request-details.tsx";
import { RequestRow, RowHeadings } from "./request-row.tsx";
import type { RequestView } from "./request-views.ts";
import type { RequestData } from "./use-request-views.ts";
import { useSteadyScroll } from "./use-steady-scroll.ts";

/** What a row is likely to measure until it was drawn. */
const ROW_REM = { table: 3.8125, card: 5.4375, open: 28 };
/** As `@4xl`: from here on the rows are a table. */
const TABLE_REM = 56;

type RequestRowsProps = {
  views: readonly RequestView[];
  data: RequestData;
  openId: string | null;
  onOpenChange: (openId: string | null) => void;
};

/**
 * One row a request, of which one may be open; only those near the window's view are in the page. Arrow keys, Home and
 * End move between them.
 */
export function RequestRows({ views, data, openId, onOpenChange }: RequestRowsProps) {
  const [list, setList] = useState<HTMLUListElement | null>(null);
  const { top, width, rem } = useListPlace(list);
  const [activeId, setActiveId] = useState<string | null>(null);
  const wantsFocus = useRef(false);
  /** What was opened here, and is in sight therefore. */
  const toggledId = useRef<string | null>(null);
  const session = useSession();
  const userId = session.status === "signed-in" ? session.userId : undefined;
  const indexOf = (id: string | null) => views.findIndex((view) => view.id === id);
  const activeIndex = Math.max(0, indexOf(activeId));
  const openIndex = openId === null ? -1 : indexOf(openId);

  const virtualizer = useWindowVirtualizer<HTMLLIElement>({
    count: views.length,
    estimateSize: (index) =>
      rem * (index === openIndex ? ROW_REM.open : width >= TABLE_REM * rem ? ROW_REM.table : ROW_REM.card),
    overscan: 6,
    scrollMargin: top,
    getItemKey: (index) => views[index]?.id ?? index,
    // The row that Tab leads to stays in the page wherever it is scrolled to.
    rangeExtractor: (range) => [...new Set([activeIndex, ...defaultRangeExtractor(range)])].sort((a, b) => a - b),
  });

  useSteadyScroll(virtualizer, views, top);

  // biome-ignore lint/correctness/useExhaustiveDependencies: runs when the active row changes, after it was drawn
  useLayoutEffect(() => {
    if (!wantsFocus.current) return;
    wantsFocus.current = false;
    list?.querySelector<HTMLElement>(`[data-index="${activeIndex}"] [data-row-toggle]`)?.focus();
  }, [activeId, list]);

  useEffect(() => {
    if (list === null || openIndex === -1 || openId === toggledId.current) return;
    toggledId.current = openId;
    wantsFocus.current = true;
    setActiveId(openId);
    virtualizer.scrollToIndex(openIndex, { align: "start" });
  }, [list, openId, openIndex, virtualizer]);

  const toggle = (id: string) => {
    const next = id === openId ? null : id;
    toggledId.current = next;
    onOpenChange(next);
  };

  const move = (event: KeyboardEvent<HTMLUListElement>) => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    // In the details the keys do what they do everywhere.
    if (!(event.target instanceof Element) || event.target.closest("[data-row]") === null) return;
    const target = { ArrowDown: activeIndex + 1, ArrowUp: activeIndex - 1, Home: 0, End: views.length - 1 }[event.key];
    if (target === undefined || target === activeIndex || views[target] === undefined) return;
    event.preventDefault();
    wantsFocus.current = true;
    setActiveId(views[target].id);
  };

  return (
    <div className={classNames(cardStyle(), "@container overflow-clip")}>
      <RowHeadings />
      <ul
        ref={setList}
        aria-label="Requests"
        onKeyDown={move}
        className="relative w-full"
        style={{ height: virtualizer.getTotalSize() }}
      >
        {virtualizer.getVirtualItems().map(({ key, index, start }) => {
          const view = views[index];
          return (
            view && (
              <li
                key={key}
                ref={virtualizer.measureElement}
                data-index={index}
                aria-setsize={views.length}
                aria-posinset={index + 1}
                onFocus={() => setActiveId(view.id)}
                className="absolute top-0 left-0 w-full scroll-my-24 border-line not-first:border-t"
                style={{ transform: `translateY(${start - top}px)` }}
              >
                <RequestRow
                  view={view}
                  actor={actorOf(view.request.requested_by, { userId, executors: data.executors })}
                  hasManyProjects={data.hasManyProjects}
                  isOpen={index === openIndex}
                  isTabStop={index === activeIndex}
                  onToggle={() => toggle(view.id)}
                />
                {index === openIndex && <RequestDetails view={view} data={data} />}
              </li>
            )
          );
        })}
      </ul>
    </div>
  );
}
