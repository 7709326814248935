import { randomUUID } from "node:crypto";
import PQueue from "p-queue";
import { backoffMs, KEY_REFUSED_BACKOFF } from "./backoff.ts";
import type { Log } from "./log.ts";
import { Nudge, pause } from "./nudge.ts";
import { QueueError } from "./queue-error.ts";
import type { Claim, RequestQueue } from "./request-queue.ts";
import { type RunEnd, type RunOptions, runRequest } from "./run-request.ts";

export interface WorkerOptions {
  queue: Pick<RequestQueue, "claim" | "renew" | "complete" | "fail" | "release" | "failStuckRequests">;
  handlerOf: RunOptions["handlerOf"];
  /** Called, until it succeeds once, before the first claim. */
  announce: () => Promise<void>;
  concurrency: number;
  sweepMs: number;
  leaseMs: number;
  log: Log;
}

/** After an abort: the CLI ends within its own 10 s, then the failure is told. */
const SETTLE_MS = 25_000;
const DRAIN_TRIES = 3;

/**
 * Claims requests while there are free slots, and runs them. It looks at the table whenever it is nudged, whenever a
 * slot gets free, and once a sweep anyway, so that a nudge may be lost without a request being lost.
 */
export class Worker {
  readonly #options: WorkerOptions;
  readonly #jobs: PQueue;
  readonly #nudge = new Nudge();
  readonly #stopping = new AbortController();
  readonly #aborting = new AbortController();
  readonly #ends: Record<RunEnd, number> = { done: 0, failed: 0, cancelled: 0, lost: 0 };
  /** Kept until an answer comes: asked again with the same token, the database gives the same rows. */
  #unanswered: { token: string; askedAt: number } | undefined;
  #isAnnounced = false;
  #sweepDueAt = 0;
  #loop: Promise<unknown> = Promise.resolve();

  constructor(options: WorkerOptions) {
    this.#options = options;
    this.#jobs = new PQueue({ concurrency: options.concurrency });
  }

  /** Look now. */
  nudge(reason: string): void {
    this.#nudge.ring(reason);
  }

  /** Works until `stop`. Never rejects for what the database or a request does. */
  async run(): Promise<void> {
    this.#loop = this.#claimForever();
    await this.#loop;
  }

  /**
   * Works until nothing can be claimed and nothing runs.
   * @returns how many requests came to which end; `failed` counts those that will be tried again too.
   * @throws QueueError when the database cannot be reached
   */
  async drain(): Promise<Readonly<Record<RunEnd, number>>> {
    const claiming = this.#claimUntilEmpty();
    this.#loop = claiming.catch(() => undefined);
    try {
      await claiming;
    } finally {
      await this.#jobs.onIdle();
    }
    return this.#ends;
  }

  /**
   * Claims no more, gives back what has not started, and resolves when what runs has ended. Work that runs longer than
   * `graceMs` is aborted and goes back into the queue. A second call shortens the grace of the first.
   */
  async stop(graceMs: number): Promise<void> {
    this.#stopping.abort();
    await this.#loop;
    if (!(await this.#idleWithin(graceMs))) {
      this.#options.log.warn({ running: this.#jobs.pending }, "aborting what still runs");
      this.#aborting.abort(new Error("The executor is stopping"));
      if (!(await this.#idleWithin(SETTLE_MS))) this.#options.log.error("stopped with requests left to their leases");
    }
  }

  async #claimForever(): Promise<void> {
    let failures = 0;
    let reasons = ["start"];
    while (!this.#stopping.signal.aborted) {
      try {
        await this.#look(reasons);
        failures = 0;
        reasons = await this.#nudge.wait(this.#options.sweepMs, this.#stopping.signal);
      } catch (error) {
        failures += 1;
        reasons = await this.#pauseAfter(error, failures);
      }
    }
  }

  async #claimUntilEmpty(): Promise<void> {
    let failures = 0;
    while (!this.#stopping.signal.aborted) {
      try {
        const claimed = await this.#look(["drain"]);
        failures = 0;
        if (claimed === 0 && this.#jobs.pending === 0) return;
        await this.#nudge.wait(this.#options.sweepMs, this.#stopping.signal);
      } catch (error) {
        failures += 1;
        if (failures === DRAIN_TRIES || (error instanceof QueueError && error.keyRefused)) throw error;
        await this.#pauseAfter(error, failures);
      }
    }
  }

  /** @returns how many rows were claimed */
  async #look(reasons: string[]): Promise<number> {
    const { queue, log } = this.#options;
    if (!this.#isAnnounced) await this.#options.announce();
    this.#isAnnounced = true;
    if (performance.now() >= this.#sweepDueAt) await this.#sweep();
    const freeSlots = this.#options.concurrency - this.#jobs.pending - this.#jobs.size;
    if (freeSlots <= 0 || this.#stopping.signal.aborted) return 0;
    const { token, askedAt } = this.#claimToAsk();
    const claims = await queue.claim(freeSlots, token);
    this.#unanswered = undefined;
    if (claims.length > 0) log.debug({ reasons, claimed: claims.length }, "claimed");
    for (const claim of claims) await this.#start(claim, askedAt);
    return claims.length;
  }

  /** The claim that got no answer yet, as long as its rows could still be finished under their lease; else a new one. */
  #claimToAsk(): { token: string; askedAt: number } {
    const now = performance.now();
    const known = this.#unanswered;
    if (known !== undefined && now - known.askedAt < this.#options.leaseMs / 2) return known;
    this.#unanswered = { token: randomUUID(), askedAt: now };
    return this.#unanswered;
  }

  /** By the clock, not by the reason for looking: an executor that is nudged all the time sweeps too. */
  async #sweep(): Promise<void> {
    const { requeued, failed, expired } = await this.#options.queue.failStuckRequests();
    this.#sweepDueAt = performance.now() + this.#options.sweepMs;
    if (requeued + failed + expired > 0)
      this.#options.log.warn({ requeued, failed, expired }, "requests nobody worked on");
  }

  async #start(claim: Claim, claimedAt: number): Promise<void> {
    const log = this.#options.log.child({ request: claim.requestId });
    if (this.#stopping.signal.aborted) return await this.#giveBack(claim, log);
    const { queue, handlerOf, leaseMs } = this.#options;
    const job = async () => {
      this.#ends[
        await runRequest(claim, { queue, handlerOf, leaseMs, claimedAt, signal: this.#aborting.signal, log })
      ] += 1;
    };
    this.#jobs
      .add(job)
      .catch((error) => log.error({ err: error }, "request run broke"))
      .finally(() => this.nudge("slot free"));
  }

  async #giveBack(claim: Claim, log: Log): Promise<void> {
    try {
      log.info({ answer: await this.#options.queue.release(claim) }, "claim given back");
    } catch (error) {
      log.warn({ err: error }, "claim not given back, its lease will run out");
    }
  }

  async #pauseAfter(error: unknown, failures: number): Promise<string[]> {
    const { log, sweepMs } = this.#options;
    if (error instanceof QueueError && error.keyRefused) {
      const ms = backoffMs(failures, KEY_REFUSED_BACKOFF);
      log.error({ err: error, ms }, "key refused: enroll this executor again, or check its key");
      // Not to be shortened by nudges: a key does not get better by being shown more often.
      await pause(ms, this.#stopping.signal);
      return [];
    }
    const ms = backoffMs(failures, { firstMs: 500, mostMs: sweepMs });
    log.warn({ err: error, failures, ms }, "the database could not be used");
    return await this.#nudge.wait(ms, this.#stopping.signal);
  }

  async #idleWithin(ms: number): Promise<boolean> {
    const over = new AbortController();
    const idle = this.#jobs.onIdle().then(() => true);
    const late = pause(ms, over.signal).then(() => false);
    try {
      return await Promise.race([idle, late]);
    } finally {
      over.abort();
    }
  }
}
