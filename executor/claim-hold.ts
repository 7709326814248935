import type { Log } from "./log.ts";
import type { Openclaw } from "./openclaw.ts";
import type { RequestQueue } from "./request-queue.ts";

interface ClaimHoldOptions {
  openclaw: Pick<Openclaw, "lostAgents" | "listAgents">;
  log: Pick<Log, "error" | "warn">;
  /** How often the log says so and OpenClaw is asked whether they are back, in ms. Default one minute. */
  lookEveryMs?: number;
}

/** The queue, but of which nothing is claimed while OpenClaw has lost agents: the next write might lose more. */
export function holdClaims<Q extends Pick<RequestQueue, "claim">>(
  queue: Q,
  { openclaw, log, lookEveryMs = 60_000 }: ClaimHoldOptions,
): Q {
  let lookedAt = Number.NEGATIVE_INFINITY;

  async function look(lost: string[]): Promise<void> {
    if (performance.now() - lookedAt < lookEveryMs) return;
    lookedAt = performance.now();
    log.error({ lost }, "nothing is claimed: OpenClaw has lost agents");
    await openclaw.listAgents();
  }

  return {
    ...queue,
    async claim(freeSlots, claimToken) {
      const state = await openclaw.lostAgents();
      if (state === null) return await queue.claim(freeSlots, claimToken);
      // Not waited for: a list that hangs must not keep the executor from stopping.
      look(state.lost).catch((error) => log.warn({ err: error }, "whether the lost agents are back is not known"));
      // What a claim before this one holds, whose answer was lost, is not forgotten; nothing more is taken.
      return await queue.claim(0, claimToken);
    },
  };
}
