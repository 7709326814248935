import type { RuntimeAgent } from "#contract";
import type { Log } from "./log.ts";
import { Nudge } from "./nudge.ts";
import type { AboutExecutor, RequestQueue } from "./request-queue.ts";

interface HeartbeatOptions {
  queue: Pick<RequestQueue, "recordHeartbeat" | "publishRuntime">;
  openclaw: {
    version(signal?: AbortSignal): Promise<string>;
    listAgents(signal?: AbortSignal): Promise<RuntimeAgent[]>;
  };
  about: Omit<AboutExecutor, "openclawVersion">;
  log: Log;
  /** An executor counts as alive for 90 s after a beat. */
  everyMs?: number;
}

export interface Heartbeat {
  /** One beat, before which the database knows no executor of this id. @throws QueueError */
  announce(): Promise<void>;
  /** Beat now: somebody may have asked what OpenClaw holds. */
  nudge(): void;
  /** Beats until `signal` is aborted. Never rejects. */
  run(signal: AbortSignal): Promise<void>;
}

/**
 * Says that this executor is there, and what OpenClaw holds: at the start, and whenever the database passes on the
 * question. Two loops, because an `agents list` that hangs must not make the machine look dead.
 */
export function createHeartbeat({ queue, openclaw, about, log, everyMs = 30_000 }: HeartbeatOptions): Heartbeat {
  const beatNow = new Nudge();
  const publishNow = new Nudge();
  let openclawVersion: string | null = null;

  const announce = () => queue.recordHeartbeat({ ...about, openclawVersion });

  async function beat(): Promise<void> {
    try {
      if ((await announce()) !== null) publishNow.ring("asked");
    } catch (error) {
      log.warn({ err: error }, "heartbeat without an answer");
    }
  }

  /** @returns whether the list is published */
  async function publish(signal: AbortSignal): Promise<boolean> {
    try {
      openclawVersion = await openclaw.version(signal);
      await queue.publishRuntime(await openclaw.listAgents(signal));
      beatNow.ring("version");
      return true;
    } catch (error) {
      if (!signal.aborted) log.warn({ err: error }, "runtime list not published");
      return false;
    }
  }

  async function keepBeating(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await beat();
      await beatNow.wait(everyMs, signal);
    }
  }

  async function keepPublishing(signal: AbortSignal): Promise<void> {
    let isDue = true;
    while (!signal.aborted) {
      if (isDue) isDue = !(await publish(signal));
      const asked = await publishNow.wait(everyMs, signal);
      isDue ||= asked.length > 0;
    }
  }

  return {
    async announce() {
      await announce();
    },
    nudge: () => beatNow.ring("runtime"),
    async run(signal) {
      await Promise.all([keepBeating(signal), keepPublishing(signal)]);
    },
  };
}
