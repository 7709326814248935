import { setTimeout as sleep } from "node:timers/promises";
import { backoffMs } from "./backoff.ts";
import type { Log } from "./log.ts";
import { QueueError } from "./queue-error.ts";

/**
 * Asks the database again until it answers: for work under a lease, which ends the waiting by aborting `signal`.
 * @throws whatever the database refuses with, and the signal's reason
 */
export async function untilAnswered<T>(ask: () => Promise<T>, signal: AbortSignal, log: Log): Promise<T> {
  for (let failures = 1; ; failures += 1) {
    try {
      signal.throwIfAborted();
      return await ask();
    } catch (error) {
      if (signal.aborted || !(error instanceof QueueError && error.retryable)) throw error;
      log.warn({ err: error, failures }, "no answer, asking again");
    }
    await sleep(backoffMs(failures, { firstMs: 500, mostMs: 5000 }), undefined, { signal });
  }
}
