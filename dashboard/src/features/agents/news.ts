import { type RequestKind, requestKind } from "#contract";
import { errorOf } from "../../lib/fleet/request-steps.ts";
import type { RequestRow } from "../../lib/fleet/rows.ts";

/** Requests of one kind that this page saw open, and that have ended since in the same way: one, or more than a FEW. */
export type News = { kind: RequestKind; outcome: "done" | "failed"; requests: readonly RequestRow[] };

/** Up to as many are told one by one. */
const FEW = 3;

const isOpen = ({ status }: RequestRow): boolean => status === "queued" || status === "running";

/**
 * Tells, list after list, which requests ended; what had ended before the first list is no news. What was asked for in
 * one go is told when the last of it has ended.
 */
export function createNewsReader(): (requests: readonly RequestRow[]) => News[] {
  const watched = new Set<string>();

  return (requests) => {
    for (const request of requests) if (isOpen(request)) watched.add(request.id);
    const justEnded = requests.filter((request) => watched.has(request.id) && !isOpen(request));
    if (justEnded.length === 0) return [];
    const underWay = new Set(
      crowds(requests)
        .filter((crowd) => crowd.some(isOpen))
        .flat(),
    );
    const ended = justEnded.filter((request) => !underWay.has(request));
    for (const { id } of ended) watched.delete(id);

    return requestKind.options.flatMap((kind) => {
      const told = ended.filter((request) => request.kind === kind && errorOf(request)?.code !== "cancelled");
      const [done, failed] = [told.filter(isDone), told.filter((request) => !isDone(request))];
      return [...gather(kind, "done", done), ...gather(kind, "failed", failed)];
    });
  };
}

const isDone = ({ status }: RequestRow): boolean => status === "done";

function gather(kind: RequestKind, outcome: News["outcome"], requests: readonly RequestRow[]): News[] {
  if (requests.length > FEW) return [{ kind, outcome, requests }];
  return requests.map((request) => ({ kind, outcome, requests: [request] }));
}

/** More than a FEW that were asked for in one transaction, so that they carry the same time. */
function crowds(requests: readonly RequestRow[]): RequestRow[][] {
  const together = Map.groupBy(requests, ({ project_id, requested_at }) => `${project_id} ${Date.parse(requested_at)}`);
  return [...together.values()].filter((crowd) => crowd.length > FEW);
}
