import type { RequestRow } from "./rows.ts";

/** Whether an open request can still be called off: until OpenClaw is told of the agent, which is the second step. */
export type Cancelling = "possible" | "asked" | "too_late";

/** Undefined for a request that has ended. The database decides; this only knows what not to offer. */
export function cancellingOf(request: RequestRow): Cancelling | undefined {
  if (request.status === "queued") return "possible";
  if (request.status !== "running") return undefined;
  if (request.writing_began_at !== null) return "too_late";
  return request.cancel_requested_at === null ? "possible" : "asked";
}
