import type { RequestRow } from "./rows.ts";
import { viewId } from "./view-id.ts";

/** The newest request of each agent, by viewId. */
export function newestRequests(requests: readonly RequestRow[]): Map<string, RequestRow> {
  const newest = new Map<string, RequestRow>();
  for (const request of requests) {
    const id = viewId(request);
    const rival = newest.get(id);
    if (!rival || Date.parse(request.requested_at) > Date.parse(rival.requested_at)) newest.set(id, request);
  }
  return newest;
}
