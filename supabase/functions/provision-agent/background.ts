import { describeCause, logEvent } from "./log.ts";

declare const EdgeRuntime: { waitUntil(work: Promise<unknown>): void } | undefined;

/** Lets `work` end after the answer was given; a failure of it is logged as `event` and changes no answer. */
export function inBackground(work: Promise<unknown>, event: string): void {
  const settled = work.catch((error) => logEvent("error", event, { cause: describeCause(error) }));
  // The platform may stop a worker that has answered, unless it knows of work that goes on.
  if (typeof EdgeRuntime !== "undefined") EdgeRuntime.waitUntil(settled);
}
