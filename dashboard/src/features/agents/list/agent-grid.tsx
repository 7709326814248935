import { useQuery } from "@tanstack/react-query";
import { defaultRangeExtractor, useWindowVirtualizer } from "@tanstack/react-virtual";
import { type KeyboardEvent, useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import { type Access, mayChange } from "../../../lib/access.ts";
import type { AgentView } from "../agent-views.ts";
import { type DocumentTrouble, troublesQuery } from "../queries.ts";
import { AgentCard } from "./agent-card.tsx";
import { troubleWords } from "./document-troubles.ts";
import { nextCard } from "./grid-keys.ts";
import { useGridLayout } from "./use-grid-layout.ts";

const CARD_REM = 11;
const GAP_REM = 1;
const NO_TROUBLES: readonly DocumentTrouble[] = [];

type AgentGridProps = {
  views: readonly AgentView[];
  hasManyProjects: boolean;
  access: Access | undefined;
  /** The first card takes the focus, of whoever pressed what the cards took the place of. */
  startsFocused: boolean;
};

/**
 * Cards in as many columns as fit; only those near the window's view are in the page. Arrow keys, Home and End move
 * between them.
 */
export function AgentGrid({ views, hasManyProjects, access, startsFocused }: AgentGridProps) {
  const [list, setList] = useState<HTMLUListElement | null>(null);
  const { columns, top, rem } = useGridLayout(list, GAP_REM);
  const [activeId, setActiveId] = useState<string | null>(null);
  const troubles = useQuery(troublesQuery).data ?? NO_TROUBLES;
  const words = useMemo(() => troubleWords(troubles, views), [troubles, views]);
  const wantsFocus = useRef(startsFocused);
  const activeIndex = Math.max(
    0,
    views.findIndex(({ id }) => id === activeId),
  );

  const virtualizer = useWindowVirtualizer({
    count: views.length,
    lanes: columns,
    estimateSize: () => CARD_REM * rem,
    gap: GAP_REM * rem,
    overscan: 3,
    scrollMargin: top,
    getItemKey: (index) => views[index]?.id ?? index,
    // The card that Tab leads to stays in the page wherever it is scrolled to.
    rangeExtractor: (range) => [...new Set([activeIndex, ...defaultRangeExtractor(range)])].sort((a, b) => a - b),
  });

  // Sizes are remembered until they are measured again.
  // biome-ignore lint/correctness/useExhaustiveDependencies: measure() reads what changed from the options
  useLayoutEffect(() => virtualizer.measure(), [columns, rem, virtualizer]);

  useLayoutEffect(() => {
    if (!wantsFocus.current) return;
    const card = list?.querySelector<HTMLElement>(`[data-index="${activeIndex}"] [data-card-link]`);
    // It may be drawn a moment later.
    if (card == null) return;
    wantsFocus.current = false;
    card.focus();
  });

  const newestPending = views.findIndex(({ isPending }) => isPending);
  useEffect(() => {
    if (newestPending !== -1) virtualizer.scrollToIndex(newestPending, { align: "auto" });
  }, [newestPending, virtualizer]);

  const move = (event: KeyboardEvent<HTMLUListElement>) => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const target = nextCard(event.key, { index: activeIndex, count: views.length, columns });
    if (target === undefined) return;
    event.preventDefault();
    wantsFocus.current = true;
    setActiveId(views[target]?.id ?? null);
  };

  return (
    <ul
      ref={setList}
      aria-label="Agents"
      onKeyDown={move}
      className="relative w-full"
      style={{ height: virtualizer.getTotalSize() }}
    >
      {virtualizer.getVirtualItems().map((item) => {
        const view = views[item.index];
        return (
          view && (
            <li
              key={item.key}
              data-index={item.index}
              aria-setsize={views.length}
              aria-posinset={item.index + 1}
              onFocus={() => setActiveId(view.id)}
              className="absolute top-0 left-0 scroll-my-24"
              style={{
                height: item.size,
                width: `calc((100% - ${columns - 1} * ${GAP_REM}rem) / ${columns})`,
                insetInlineStart: `calc((100% + ${GAP_REM}rem) / ${columns} * ${item.lane})`,
                transform: `translateY(${item.start - top}px)`,
              }}
            >
              <AgentCard
                view={view}
                trouble={words.get(view.id)}
                hasManyProjects={hasManyProjects}
                mayChange={mayChange(access, view.agent.project_id)}
                isTabStop={item.index === activeIndex}
              />
            </li>
          )
        );
      })}
    </ul>
  );
}
