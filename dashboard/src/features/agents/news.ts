import { errorOf } from "../../lib/fleet/request-steps.ts";
import type { RequestRow } from "../../lib/fleet/rows.ts";

/** Provision requests that this page saw open, and that have ended since in the same way: one, or more than a FEW. */
export type News = { outcome: "live" | "failed"; requests: readonly RequestRow[] };

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

    const told = ended.filter((request) => request.kind === "provision" && errorOf(request)?.code !== "cancelled");
    const [live, failed] = [told.filter(isDone), told.filter((request) => !isDone(request))];
    return [...gather("live", live), ...gather("failed", failed)];
  };
}

const isDone = ({ status }: RequestRow): boolean => status === "done";

function gather(outcome: News["outcome"], requests: readonly RequestRow[]): News[] {
  if (requests.length > FEW) return [{ outcome, requests }];
  return requests.map((request) => ({ outcome, requests: [request] }));
}

/** More than a FEW that were asked for in one transaction, so that they carry the same time. */
function crowds(requests: readonly RequestRow[]): RequestRow[][] {
  const together = Map.groupBy(requests, ({ project_id, requested_at }) => `${project_id} ${Date.parse(requested_at)}`);
  return [...together.values()].filter((crowd) => crowd.length > FEW);
}
