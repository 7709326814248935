import PQueue from "p-queue";
import { backoffMs, KEY_REFUSED_BACKOFF } from "./backoff.ts";
import { ClaimToken } from "./claim-token.ts";
import { type Counters, createCounters } from "./counters.ts";
import type { Log } from "./log.ts";
import { Nudge, pause } from "./nudge.ts";
import { QueueError } from "./queue-error.ts";
import type { Claim, RequestQueue } from "./request-queue.ts";
import { RunRegistry } from "./run-registry.ts";
import { type RunEnd, type RunOptions, runRequest } from "./run-request.ts";
import { isWithin } from "./within.ts";

export interface WorkerOptions {
  queue: Pick<RequestQueue, "claim" | "renew" | "complete" | "fail" | "release" | "failStuckRequests">;
  handlerOf: RunOptions["handlerOf"];
  /** Called, until it succeeds once, before the first claim. */
  announce: () => Promise<void>;
  concurrency: number;
  sweepMs: number;
  leaseMs: number;
  log: Log;
  counters?: Counters;
  /** A look that nothing but the clock asked for has found a new request, of which an event should have told. */
  onUnannounced?: () => void;
  onUnfit?: RunOptions["onUnfit"];
  /** A request has come to its end here, whichever. */
  onEnd?: () => void;
}

/** After an abort: the CLI ends within its own 10 s, then the failure is told. */
const SETTLE_MS = 25_000;
const DRAIN_TRIES = 3;
/** How often a process that waits for another one of its id asks whether that one has gone quiet. */
const STANDBY_MS = 10_000;

/** Of this one thing, by a database that is there and hears us. */
const isRefusal = (error: unknown): boolean =>
  error instanceof QueueError && error.status !== 0 && !error.keyRefused && !error.heldByAnother;

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
  readonly #counters: Counters;
  readonly #claimToken: ClaimToken;
  readonly #runs = new RunRegistry();
  #isAnnounced = false;
  #isStandby = false;
  #sweepDueAt = 0;
  #loop: Promise<unknown> = Promise.resolve();

  constructor(options: WorkerOptions) {
    this.#options = options;
    this.#counters = options.counters ?? createCounters();
    this.#claimToken = new ClaimToken(options.leaseMs);
    this.#jobs = new PQueue({ concurrency: options.concurrency });
  }

  /** Look now. */
  nudge(reason: string): void {
    this.#nudge.ring(reason);
  }

  /** Whether `stop` was called. */
  get isStopping(): boolean {
    return this.#stopping.signal.aborted;
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
  async drain(): Promise<Record<RunEnd, number>> {
    const claiming = this.#claimUntilEmpty();
    this.#loop = claiming.catch(() => undefined);
    try {
      await claiming;
    } finally {
      await this.#jobs.onIdle();
    }
    const { done, failed, released, cancelled, lostLeases: lost } = this.#counters;
    return { done, failed, released, cancelled, lost };
  }

  /**
   * Claims no more, gives back what has not started, and resolves when what runs has ended. Work that runs longer than
   * `graceMs` is aborted and goes back into the queue. A second call shortens the grace of the first.
   */
  async stop(graceMs: number): Promise<void> {
    this.#stopping.abort();
    await this.#loop;
    await this.#giveBackUnanswered().catch((error) =>
      this.#options.log.warn({ err: error }, "a claim without an answer is left to its lease"),
    );
    if (!(await isWithin(graceMs, this.#jobs.onIdle()))) {
      this.#options.log.warn({ running: this.#jobs.pending }, "aborting what still runs");
      this.#aborting.abort(new Error("The executor is stopping"));
      if (!(await isWithin(SETTLE_MS, this.#jobs.onIdle())))
        this.#options.log.error("stopped with requests left to their leases");
    }
  }

  async #claimForever(): Promise<void> {
    let failures = 0;
    let reasons = ["start"];
    while (!this.#stopping.signal.aborted) {
      try {
        await this.#look(reasons);
        failures = 0;
        reasons = await this.#nextReasons(this.#options.sweepMs);
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
        const isHopeless = error instanceof QueueError && (error.keyRefused || error.heldByAnother);
        if (failures === DRAIN_TRIES || isHopeless) throw error;
        await this.#pauseAfter(error, failures);
      }
    }
  }

  /** Why to look next: what it was nudged for, or the sweep when nobody did within `ms`. */
  async #nextReasons(ms: number): Promise<string[]> {
    const reasons = await this.#nudge.wait(ms, this.#stopping.signal);
    return reasons.length === 0 ? ["sweep"] : reasons;
  }

  /** @returns how many rows were claimed */
  async #look(reasons: string[]): Promise<number> {
    const { queue, log, onUnannounced } = this.#options;
    if (!this.#isAnnounced) await this.#announce();
    // Before the sweep, which would count an attempt for those whose lease is over.
    if (this.#claimToken.isTooOld) await this.#giveBackUnanswered();
    if (performance.now() >= this.#sweepDueAt) await this.#sweep();
    const freeSlots = this.#options.concurrency - this.#jobs.pending - this.#jobs.size;
    if (freeSlots <= 0 || this.#stopping.signal.aborted) return 0;
    const { token, askedAt } = this.#claimToken.ask();
    const claims = await queue.claim(freeSlots, token);
    if (this.#stopping.signal.aborted) {
      await this.#giveBackUnanswered();
      return 0;
    }
    this.#claimToken.answered();
    log[claims.length > 0 ? "info" : "debug"]({ reasons, freeSlots, claimed: claims.length }, "looked");
    // One that was tried before is due by the clock, and no event says so.
    if (reasons.every((reason) => reason === "sweep") && claims.some(({ attempt }) => attempt === 1)) onUnannounced?.();
    for (const claim of claims) this.#start(claim, askedAt);
    return claims.length;
  }

  async #announce(): Promise<void> {
    await this.#options.announce();
    this.#isAnnounced = true;
    if (this.#isStandby) this.#options.log.warn("the other process has gone quiet, taking over");
    this.#isStandby = false;
  }

  /** By the clock, not by the reason for looking: an executor that is nudged all the time sweeps too. */
  async #sweep(): Promise<void> {
    const { queue, log, sweepMs } = this.#options;
    try {
      const { requeued, failed, expired } = await queue.failStuckRequests();
      if (requeued + failed + expired > 0) log.warn({ requeued, failed, expired }, "requests nobody worked on");
    } catch (error) {
      // What waits can be claimed all the same.
      if (!isRefusal(error)) throw error;
      log.error({ err: error }, "the queue could not be swept");
    }
    this.#sweepDueAt = performance.now() + sweepMs;
  }

  #start(claim: Claim, claimedAt: number): void {
    const log = this.#options.log.child({ request: claim.requestId });
    const { queue, handlerOf, leaseMs, onUnfit } = this.#options;
    this.#counters.claimed += 1;
    if (claim.attempt > 1) this.#counters.retried += 1;
    const job = async () => {
      const signal = this.#aborting.signal;
      const end = await this.#runs.run(claim.requestId, (turn) =>
        runRequest(claim, { queue, handlerOf, leaseMs, claimedAt, turn, signal, log, onUnfit }),
      );
      this.#counters[end === "lost" ? "lostLeases" : end] += 1;
    };
    this.#jobs
      .add(job)
      .catch((error) => log.error({ err: error }, "request run broke"))
      .finally(() => {
        this.#options.onEnd?.();
        this.nudge("slot free");
      });
  }

  /** The rows of a claim whose answer never came: asked for no more, its token answers what it holds. */
  async #giveBackUnanswered(): Promise<void> {
    const { queue, log } = this.#options;
    const token = this.#claimToken.unanswered;
    if (token === undefined) return;
    for (const claim of await queue.claim(0, token)) {
      const request = claim.requestId;
      try {
        log.info({ request, answer: await queue.release(claim) }, "claim given back");
      } catch (error) {
        // One row that the database refuses to give back keeps nobody from looking on.
        if (!isRefusal(error)) throw error;
        log.warn({ err: error, request }, "claim not given back, its lease will run out");
      }
    }
    this.#claimToken.answered();
  }

  async #pauseAfter(error: unknown, failures: number): Promise<string[]> {
    const { log, sweepMs } = this.#options;
    if (error instanceof QueueError && error.heldByAnother) return await this.#standBy(error);
    if (error instanceof QueueError && error.keyRefused) {
      const ms = backoffMs(failures, KEY_REFUSED_BACKOFF);
      log.error({ err: error, ms }, "key refused: enroll this executor again, or check its key");
      // Not to be shortened by nudges: a key does not get better by being shown more often.
      await pause(ms, this.#stopping.signal);
      return ["key refused"];
    }
    const ms = backoffMs(failures, { firstMs: 500, mostMs: sweepMs });
    log.warn({ err: error, failures, ms }, "the database could not be used");
    return [...(await this.#nudge.wait(ms, this.#stopping.signal)), "outage"];
  }

  /** What runs goes on under its leases; nothing more is claimed until the other process has been silent for a minute. */
  async #standBy(error: QueueError): Promise<string[]> {
    if (!this.#isStandby) this.#options.log.warn({ err: error }, "another process works as this executor, waiting");
    this.#isStandby = true;
    this.#isAnnounced = false;
    await pause(Math.min(this.#options.sweepMs, STANDBY_MS), this.#stopping.signal);
    return ["standby"];
  }
}
