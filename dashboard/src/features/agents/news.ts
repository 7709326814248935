import { errorOf } from "./page/provision-steps.ts";
import type { RequestRow } from "./rows.ts";

/** A provision request that this page saw open, and that has ended since. */
export type News = { request: RequestRow; outcome: "live" | "failed"; reason?: string };

/** Tells, list after list, which requests ended; what had ended before the first list is no news. */
export function createNewsReader(): (requests: readonly RequestRow[]) => News[] {
  const open = new Set<string>();

  return (requests) => {
    const news: News[] = [];
    for (const request of requests) {
      if (request.status === "queued" || request.status === "running") {
        open.add(request.id);
      } else if (open.delete(request.id) && request.kind === "provision") {
        const error = errorOf(request);
        if (request.status === "done") news.push({ request, outcome: "live" });
        else if (error?.code !== "cancelled") {
          news.push({ request, outcome: "failed", ...(error && { reason: error.message }) });
        }
      }
    }
    return news;
  };
}
