import { BADGE_GROUPS, type BadgeGroup } from "#badge";
import { searchWords } from "../../../lib/fleet/search-words.ts";
import type { AgentView } from "../agent-views.ts";

export type GroupFilter = BadgeGroup | "all";
export const AGENT_ORDERS = [
  { id: "newest", label: "Newest first" },
  { id: "name", label: "Name" },
  { id: "state", label: "State" },
] as const;
export type AgentOrder = (typeof AGENT_ORDERS)[number]["id"];

export type AgentFilter = { search: string; group: GroupFilter; order: AgentOrder };

/** The agents whose name, role or key holds every word of `search`. */
export function searchAgents(views: readonly AgentView[], search: string): AgentView[] {
  const fits = searchWords(search);
  if (fits === undefined) return [...views];
  return views.filter(({ agent }) => fits(`${agent.name}\n${agent.role ?? ""}\n${agent.agent_key}`));
}

/** How many there are of each group, and of all. */
export function countGroups(views: readonly AgentView[]): Record<GroupFilter, number> {
  const counts = { all: views.length, live: 0, working: 0, waiting: 0, attention: 0, absent: 0 };
  for (const { badge } of views) counts[badge.group] += 1;
  return counts;
}

const byName = new Intl.Collator("en", { numeric: true, sensitivity: "base" });
const GROUP_ORDER: readonly BadgeGroup[] = ["attention", "working", "waiting", "absent", "live"];

const compare: Record<AgentOrder, (one: AgentView, other: AgentView) => number> = {
  newest: (one, other) => Date.parse(other.agent.created_at) - Date.parse(one.agent.created_at),
  name: (one, other) => byName.compare(one.agent.name, other.agent.name),
  // What wants a person's eye comes first.
  state: (one, other) => GROUP_ORDER.indexOf(one.badge.group) - GROUP_ORDER.indexOf(other.badge.group),
};

/** The agents of one group, in order; equals stand by name, then by key. */
export function arrangeAgents(
  views: readonly AgentView[],
  { group, order }: Pick<AgentFilter, "group" | "order">,
): AgentView[] {
  const chosen = group === "all" ? [...views] : views.filter(({ badge }) => badge.group === group);
  return chosen.sort(
    (one, other) => compare[order](one, other) || compare.name(one, other) || byName.compare(one.id, other.id),
  );
}

/** The groups a page offers: those that hold somebody, the chosen one, and all. */
export function offeredGroups(counts: Record<GroupFilter, number>, chosen: GroupFilter) {
  const groups = BADGE_GROUPS.filter(({ id }) => counts[id] > 0 || id === chosen);
  return [{ id: "all", label: "All" } as const, ...groups].map(({ id, label }) => ({ id, label, count: counts[id] }));
}
