import { setTimeout as sleep } from "node:timers/promises";
import { backoffMs } from "./backoff.ts";
import type { Log } from "./log.ts";
import { QueueError } from "./queue-error.ts";

/** So often may the database answer that it cannot: what it says each time is no passing trouble. */
const MOST_ANSWERS = 10;
const BACKOFF = { firstMs: 500, mostMs: 5000 };

/**
 * Asks the database again until it answers: for work under a lease, which ends the waiting by aborting `signal`. Silence is
 * waited out for as long as the lease holds; an answer that makes no sense (500, HTML) is not.
 * @throws whatever the database refuses with, and the signal's reason
 */
export async function untilAnswered<T>(
  ask: () => Promise<T>,
  signal: AbortSignal,
  log: Log,
  backoff = BACKOFF,
): Promise<T> {
  let answers = 0;
  for (let failures = 1; ; failures += 1) {
    try {
      signal.throwIfAborted();
      return await ask();
    } catch (error) {
      if (signal.aborted || !(error instanceof QueueError && error.retryable)) throw error;
      if (error.isAnswer) answers += 1;
      if (answers === MOST_ANSWERS) throw error;
      log.warn({ err: error, failures }, "no answer, asking again");
    }
    await sleep(backoffMs(failures, backoff), undefined, { signal });
  }
}
