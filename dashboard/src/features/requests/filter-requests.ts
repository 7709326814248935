import { REQUEST_KINDS } from "#contract";
import { kindLabel } from "../../lib/fleet/request-words.ts";
import { searchWords } from "../../lib/fleet/search-words.ts";
import type { RequestState, RequestView } from "./request-views.ts";

/** The groups of the filter, in the order in which the page offers them. */
const GROUPS = [
  { id: "all", label: "All" },
  { id: "open", label: "Open" },
  { id: "done", label: "Done" },
  { id: "failed", label: "Failed" },
  { id: "cancelled", label: "Cancelled" },
] as const;
export type GroupFilter = (typeof GROUPS)[number]["id"];

export type RequestFilter = {
  group: GroupFilter;
  /** A kind as the table has it, or "all". */
  kind: string;
  search: string;
};
export const NO_FILTER: RequestFilter = { group: "all", kind: "all", search: "" };

const GROUP_OF = {
  queued: "open",
  waiting: "open",
  running: "open",
  done: "done",
  failed: "failed",
  cancelled: "cancelled",
} as const satisfies Record<RequestState, GroupFilter>;

/** Undefined for what is no group. */
export function readGroup(text: string | null): GroupFilter | undefined {
  return GROUPS.find(({ id }) => id === text)?.id;
}

/** The requests of this kind whose agent's name, id or key, or whose own id, holds every word of `search`. */
export function findRequests(
  views: readonly RequestView[],
  { kind, search }: Omit<RequestFilter, "group">,
): readonly RequestView[] {
  const fits = searchWords(search);
  const ofKind = kind === "all" ? views : views.filter(({ request }) => request.kind === kind);
  if (fits === undefined) return ofKind;
  return ofKind.filter(({ request, agent }) =>
    fits([request.display_name, agent?.name, request.agent_id_short, request.agent_key, request.id].join("\n")),
  );
}

export function inGroup(views: readonly RequestView[], group: GroupFilter): readonly RequestView[] {
  return group === "all" ? views : views.filter(({ state }) => GROUP_OF[state] === group);
}

/** The groups with how many there are of each; cancelled ones are rare, and offered where there are any. */
export function offeredGroups(views: readonly RequestView[], chosen: GroupFilter) {
  const counts = { all: views.length, open: 0, done: 0, failed: 0, cancelled: 0 };
  for (const { state } of views) counts[GROUP_OF[state]] += 1;
  return GROUPS.filter(({ id }) => id !== "cancelled" || chosen === id || counts[id] > 0).map(({ id, label }) => ({
    value: id,
    label,
    count: counts[id],
  }));
}

/** Every kind that there is, one of a later version too, and the chosen one. */
export function offeredKinds(views: readonly RequestView[], chosen: string) {
  const kinds = new Set<string>([...REQUEST_KINDS, ...views.map(({ request }) => request.kind)]);
  if (chosen !== "all") kinds.add(chosen);
  return [
    { value: "all", label: "Every kind" },
    ...[...kinds].map((kind) => ({ value: kind, label: kindLabel({ kind }) })),
  ];
}
