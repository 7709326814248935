import type { RequestRow } from "../../lib/fleet/rows.ts";

export type Queue = {
  /** Queued requests that this executor alone may take. */
  own: number;
  /** Queued requests that any executor may take. */
  shared: number;
  running: number;
  /** When the oldest of the queued ones was asked for, in ms since 1970. */
  oldestAt: number | undefined;
};

/** What waits for an executor, and what it does. */
export function queueOf(requests: readonly RequestRow[], executorId: string): Queue {
  const mine = requests.filter(({ executor_id }) => executor_id === null || executor_id === executorId);
  const queued = mine.filter(({ status }) => status === "queued");
  const own = queued.filter(({ executor_id }) => executor_id === executorId).length;
  const asked = queued.map(({ requested_at }) => Date.parse(requested_at));
  return {
    own,
    shared: queued.length - own,
    running: mine.filter(({ status }) => status === "running").length,
    oldestAt: asked.length === 0 ? undefined : Math.min(...asked),
  };
}
