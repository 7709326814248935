import { SearchX } from "lucide-react";
import { useDeferredValue, useEffect, useMemo, useRef, useState } from "react";
import { useIsOutdated } from "../../../lib/fleet/data-notice.tsx";
import { Button } from "../../../ui/button.tsx";
import { classNames } from "../../../ui/class-names.ts";
import { EmptyState } from "../../../ui/empty-state.tsx";
import type { AgentData } from "../use-agent-views.ts";
import { AgentGrid } from "./agent-grid.tsx";
import { AgentsToolbar } from "./agents-toolbar.tsx";
import { arrangeAgents, countGroups, searchAgents } from "./filter-agents.ts";
import { NO_FILTER, useAgentFilter } from "./use-agent-filter.ts";

/** The agents that fit what is searched for. */
export function AgentsList({ data }: { data: AgentData }) {
  const [filter, changeFilter] = useAgentFilter();
  // Typing goes first: the cards follow when there is time.
  const shownFilter = useDeferredValue(filter);
  const found = useMemo(() => searchAgents(data.views, shownFilter.search), [data.views, shownFilter.search]);
  const shown = useMemo(() => arrangeAgents(found, shownFilter), [found, shownFilter]);
  const counts = useMemo(() => countGroups(found), [found]);
  const [isFilterDropped, setIsFilterDropped] = useState(false);
  const isOutdated = useIsOutdated(data);

  const pendingCount = data.views.filter(({ isPending }) => isPending).length;
  const knownPending = useRef(pendingCount);
  useEffect(() => {
    // A new agent is always in sight.
    if (pendingCount > knownPending.current) changeFilter({ search: "", group: "all" });
    knownPending.current = pendingCount;
  });

  return (
    <>
      <AgentsToolbar
        filter={filter}
        onFilterChange={(changes) => {
          setIsFilterDropped(false);
          changeFilter(changes);
        }}
        counts={counts}
      />
      <p role="status" className="sr-only">
        {shown.length === 1 ? "1 agent" : `${shown.length} agents`}
      </p>
      {shown.length === 0 ? (
        <EmptyState
          icon={<SearchX />}
          title="No agent fits"
          action={
            <Button
              onClick={() => {
                setIsFilterDropped(true);
                changeFilter(NO_FILTER);
              }}
            >
              Show all {data.views.length}
            </Button>
          }
        />
      ) : (
        <div className={classNames("transition-[filter]", isOutdated && "saturate-25")}>
          <AgentGrid
            views={shown}
            hasManyProjects={data.projects.length > 1}
            access={data.access}
            startsFocused={isFilterDropped}
          />
        </div>
      )}
    </>
  );
}
