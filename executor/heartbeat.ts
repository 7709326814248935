import type { RuntimeAgent } from "#contract";
import { backoffMs, KEY_REFUSED_BACKOFF } from "./backoff.ts";
import type { Log } from "./log.ts";
import { Nudge, pause } from "./nudge.ts";
import { QueueError } from "./queue-error.ts";
import type { AboutExecutor, Problem, RequestQueue } from "./request-queue.ts";

interface HeartbeatOptions {
  queue: Pick<RequestQueue, "recordHeartbeat" | "publishRuntime">;
  openclaw: {
    version(signal?: AbortSignal): Promise<string>;
    listAgents(signal?: AbortSignal): Promise<RuntimeAgent[]>;
    configStamp(): Promise<string | null>;
  };
  about: Omit<AboutExecutor, "openclawVersion" | "problem">;
  problem(): Problem | null;
  log: Log;
  /** An executor counts as alive for 90 s after a beat. */
  everyMs?: number;
}

export interface Heartbeat {
  /** One beat, before which the database knows no executor of this id. @throws QueueError */
  announce(): Promise<void>;
  /** Beat now: somebody may have asked what OpenClaw holds, or there is a problem to tell of. */
  nudge(): void;
  /** Whether the database has taken this process for the one that works under its id, when it was last asked. */
  isWorking(): boolean;
  /** Beats until `signal` is aborted. Never rejects. */
  run(signal: AbortSignal): Promise<void>;
}

/**
 * Says that this executor is there, and what OpenClaw holds: at the start, when that has changed, and whenever the database
 * passes on the question. Two loops, because an `agents list` that hangs must not make the machine look dead.
 */
export function createHeartbeat({
  queue,
  openclaw,
  about,
  problem,
  log,
  everyMs = 30_000,
}: HeartbeatOptions): Heartbeat {
  const beatNow = new Nudge();
  const publishNow = new Nudge();
  let openclawVersion: string | null = null;
  /** What OpenClaw here holds is of no interest while another process works under this id. */
  let isStandby = false;
  let isWorking = false;
  /** OpenClaw's config as it was when its agents were listed last. */
  let listed: string | null | undefined;

  async function beat(): Promise<void> {
    try {
      const askedAt = await queue.recordHeartbeat({ ...about, openclawVersion, problem: problem() });
      log.debug({ ...about.counters }, "heartbeat");
      if (askedAt !== null) publishNow.ring("asked");
      if (isStandby) publishNow.ring("took over");
      isStandby = false;
      isWorking = true;
    } catch (error) {
      isStandby = error instanceof QueueError && error.heldByAnother;
      if (isStandby) isWorking = false;
      throw error;
    }
  }

  async function publish(stamp: string | null, signal: AbortSignal): Promise<void> {
    openclawVersion = await openclaw.version(signal);
    // The database writes it only when it changed or was asked for.
    await queue.publishRuntime(await openclaw.listAgents(signal));
    listed = stamp;
    beatNow.ring("version");
  }

  async function publishIfDue(isAsked: boolean, signal: AbortSignal): Promise<void> {
    // One look at a file; a list takes OpenClaw seconds.
    const stamp = await openclaw.configStamp();
    if (isAsked || stamp !== listed) await publish(stamp, signal);
  }

  async function keepBeating(signal: AbortSignal): Promise<void> {
    let refusals = 0;
    let failures = 0;
    while (!signal.aborted) {
      const end = await attempt(beat, "heartbeat without an answer", signal);
      refusals = end === "key refused" ? refusals + 1 : 0;
      failures = end === "failed" ? failures + 1 : 0;
      if (refusals > 0) await pause(backoffMs(refusals, KEY_REFUSED_BACKOFF), signal);
      // Sooner than a whole turn: after 60 s without a word another process may take over.
      else if (failures > 0)
        await beatNow.wait(backoffMs(failures, { firstMs: everyMs / 15, mostMs: everyMs }), signal);
      else await beatNow.wait(everyMs, signal);
    }
  }

  async function keepPublishing(signal: AbortSignal): Promise<void> {
    let isAsked = true;
    let refusals = 0;
    while (!signal.aborted) {
      if (!isStandby) {
        const end = await attempt(() => publishIfDue(isAsked, signal), "runtime list not published", signal);
        refusals = end === "key refused" ? refusals + 1 : 0;
        isAsked &&= end !== "done";
      }
      if (refusals > 0) await pause(backoffMs(refusals, KEY_REFUSED_BACKOFF), signal);
      else if ((await publishNow.wait(everyMs, signal)).length > 0) isAsked = true;
    }
  }

  async function attempt(work: () => Promise<void>, otherwise: string, signal: AbortSignal) {
    try {
      await work();
      return "done";
    } catch (error) {
      // The worker, which asks more often, has said so.
      if (error instanceof QueueError && error.heldByAnother) return "held";
      const isRefused = error instanceof QueueError && error.keyRefused;
      if (!signal.aborted) log.warn({ err: error }, isRefused ? `${otherwise}: key refused` : otherwise);
      return isRefused ? "key refused" : "failed";
    }
  }

  return {
    announce: beat,
    nudge: () => beatNow.ring("runtime"),
    isWorking: () => isWorking,
    async run(signal) {
      await Promise.all([keepBeating(signal), keepPublishing(signal)]);
    },
  };
}
