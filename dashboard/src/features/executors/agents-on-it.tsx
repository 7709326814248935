import { useId, useRef, useState } from "react";
import { useRowFocus } from "../../lib/use-row-focus.ts";
import { useShowAll } from "../../lib/use-show-all.ts";
import { Button } from "../../ui/button.tsx";
import { SegmentedFilter } from "../../ui/segmented-filter.tsx";
import { type ComparedAgent, RUNTIME_STATES, type RuntimeState } from "./compare-runtime.ts";
import { ComparedRow } from "./compared-row.tsx";
import { ListAge } from "./list-age.tsx";
import type { ExecutorView } from "./use-executors.ts";

/** Fewer are seen at a glance. */
const FILTERED_FROM = 9;
const SHOWN_FIRST = 20;

type AgentsOnItProps = { view: ExecutorView; alive: boolean; hasManyProjects: boolean; mayAsk: boolean };

/** OpenClaw's own list beside the database's. */
export function AgentsOnIt({ view, alive, hasManyProjects, mayAsk }: AgentsOnItProps) {
  const { executor, agents, runtime } = view;
  const titleId = useId();
  const [filter, setFilter] = useState<RuntimeState | "all">("all");
  const list = useRef<HTMLUListElement>(null);
  const fitting = filter === "all" ? agents : agents.filter(({ state }) => state === filter);
  const { shown, showAll } = useShowAll(fitting, SHOWN_FIRST, list);
  const rowFocus = useRowFocus(list);
  return (
    <div className="mt-5 border-line border-t pt-4">
      <div className="flex min-h-9 flex-wrap items-center justify-between gap-x-4 gap-y-2">
        <h3 id={titleId} className="font-semibold text-sm">
          Agents on it <span className="font-normal text-quiet tabular-nums">{agents.length}</span>
        </h3>
        <ListAge executor={executor} runtime={runtime} alive={alive} mayAsk={mayAsk} />
      </div>
      {agents.length >= FILTERED_FROM && (
        <SegmentedFilter
          label="Filter by state"
          options={filterOptions(agents, filter)}
          value={filter}
          onValueChange={setFilter}
          className="mt-3 max-sm:-mx-4 max-sm:px-4"
        />
      )}
      {shown.length === 0 ? (
        <p className="mt-3 text-quiet text-sm">{emptyWords(agents, runtime?.published_at ?? null)}</p>
      ) : (
        <ul ref={list} aria-labelledby={titleId} {...rowFocus} className="mt-2 divide-y divide-line">
          {shown.map((one) => (
            <ComparedRow key={one.id} compared={one} executorId={executor.id} hasManyProjects={hasManyProjects} />
          ))}
        </ul>
      )}
      {showAll !== undefined && (
        <Button size="sm" variant="ghost" className="mt-2 -ml-2.5" onClick={showAll}>
          Show all {fitting.length}
        </Button>
      )}
    </div>
  );
}

function filterOptions(agents: readonly ComparedAgent[], filter: RuntimeState | "all") {
  const count = (id: RuntimeState) => agents.filter(({ state }) => state === id).length;
  const states = RUNTIME_STATES.map(({ id, label }) => ({ value: id, label, count: count(id) }));
  return [
    { value: "all" as const, label: "All", count: agents.length },
    ...states.filter((option) => option.count > 0 || option.value === filter),
  ];
}

function emptyWords(agents: readonly ComparedAgent[], publishedAt: string | null): string {
  if (agents.length > 0) return "None of them is in this state any more.";
  if (publishedAt === null) return "It has not listed its agents yet, and none is bound to it.";
  return "OpenClaw lists no agents, and none is bound to this executor.";
}
