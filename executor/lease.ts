import type { StepProgress } from "#contract";
import { backoffMs } from "./backoff.ts";
import { deadline } from "./deadline.ts";
import type { Log } from "./log.ts";
import { Nudge } from "./nudge.ts";
import { QueueError } from "./queue-error.ts";
import type { Renewed } from "./request-queue.ts";

/** The row is, or must be taken to be, somebody else's: nothing more may be said or done about it. */
export class LeaseLostError extends Error {
  override readonly name: string = "LeaseLostError";
}

/** Somebody called the request off in time: it has ended, and nothing was done for it in OpenClaw. */
export class CancelledError extends LeaseLostError {
  override readonly name = "CancelledError";
}

export interface Lease {
  /** Aborted with a LeaseLostError as soon as the lease is lost, and with a CancelledError when the request was called off. */
  readonly signal: AbortSignal;
  /** Resolves when the database holds this list (or a later one). @throws LeaseLostError */
  report(progress: StepProgress[]): Promise<void>;
  /** Stops renewing; resolves when no renewal is under way. */
  end(): Promise<void>;
}

interface LeaseOptions {
  /** @returns what became of the claim; throws when there is no answer. */
  renew(progress: StepProgress[] | undefined, signal: AbortSignal): Promise<Renewed>;
  leaseMs: number;
  /** `performance.now()` before the claim was asked for: the lease runs from no earlier than that. */
  claimedAt: number;
  /** Aborted when this process has claimed the same request again. */
  superseded?: AbortSignal;
  log: Log;
}

interface Report {
  progress: StepProgress[];
  stored: PromiseWithResolvers<void>;
}

/**
 * Renews a claim at each third of its lease, and at once when there is progress to tell. Without an answer it asks again
 * until the lease has run out by this machine's steady clock, which is never later than by the database's.
 */
export function holdLease({ renew, leaseMs, claimedAt, superseded, log }: LeaseOptions): Lease {
  const lost = new AbortController();
  const ended = new AbortController();
  const nudge = new Nudge();
  let waiting: Report[] = [];
  let expiresAt = claimedAt + leaseMs;
  let failures = 0;
  let lastFailure: unknown;

  const lose = (error: LeaseLostError) => {
    lost.abort(error);
    for (const { stored } of waiting.splice(0)) stored.reject(lost.signal.reason);
  };

  async function renewOnce(): Promise<void> {
    const told = waiting;
    const askedAt = performance.now();
    // After a sleep, or without an answer for too long. Not asked for any more: the renewal might be stored, and its answer
    // come too late to be believed.
    if (askedAt >= expiresAt)
      return lose(new LeaseLostError("The lease ran out before it could be renewed", { cause: lastFailure }));
    using limit = deadline(Math.max(1, Math.ceil(expiresAt - askedAt)), ended.signal);
    try {
      const renewed = await renew(told.at(-1)?.progress, limit.signal);
      if (renewed === "cancelled") return lose(new CancelledError("The request was cancelled"));
      if (renewed === "lost") return lose(new LeaseLostError("The database gave this request to somebody else"));
      expiresAt = askedAt + leaseMs;
      failures = 0;
      waiting = waiting.filter((report) => !told.includes(report));
      for (const { stored } of told) stored.resolve();
    } catch (error) {
      if (ended.signal.aborted) return;
      failures += 1;
      lastFailure = error;
      log.warn({ err: error, failures }, "lease renewal without an answer");
      if (error instanceof QueueError && error.credentialRefused)
        lose(new LeaseLostError("This executor was refused", { cause: error }));
    }
  }

  async function keepRenewing(): Promise<void> {
    while (!ended.signal.aborted && !lost.signal.aborted) {
      const dueMs = failures === 0 ? expiresAt - (leaseMs * 2) / 3 - performance.now() : retryMs();
      await nudge.wait(Math.max(0, dueMs), ended.signal);
      if (!ended.signal.aborted) await renewOnce();
    }
  }

  function retryMs(): number {
    const pause = backoffMs(failures, { firstMs: leaseMs / 60, mostMs: leaseMs / 6 });
    return Math.min(pause, expiresAt - performance.now());
  }

  superseded?.addEventListener("abort", () => lose(new LeaseLostError("This process has claimed the request again")), {
    once: true,
  });
  const renewing = keepRenewing();

  return {
    signal: lost.signal,
    async report(progress) {
      lost.signal.throwIfAborted();
      const report = { progress, stored: Promise.withResolvers<void>() };
      waiting = [...waiting, report];
      nudge.ring("progress");
      await report.stored.promise;
    },
    async end() {
      ended.abort();
      await renewing;
    },
  };
}
