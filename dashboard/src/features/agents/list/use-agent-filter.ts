import { useState } from "react";
import type { AgentFilter } from "./filter-agents.ts";

export const NO_FILTER: AgentFilter = { search: "", group: "all", order: "newest" };

/** Whoever looks at one agent and comes back finds the list as it was. */
let last = NO_FILTER;

export function useAgentFilter(): [AgentFilter, (changes: Partial<AgentFilter>) => void] {
  const [filter, setFilter] = useState(last);
  return [
    filter,
    (changes) =>
      setFilter((current) => {
        last = { ...current, ...changes };
        return last;
      }),
  ];
}
