import type { ErrorCode } from "#contract";
import { ExecutorError } from "./errors.ts";
import { requireRoom, requireUsableState } from "./fitness.ts";
import type { Log } from "./log.ts";
import { isAboutMachine } from "./machine-codes.ts";
import type { Openclaw } from "./openclaw.ts";
import { requireSupportedVersion } from "./openclaw-version.ts";
import { requireProcessList } from "./process-tree.ts";
import type { Problem, RequestQueue } from "./request-queue.ts";

interface ClaimHoldOptions {
  openclaw: Pick<Openclaw, "version" | "lostAgents" | "listAgents">;
  stateDir: string;
  workspaceRoot: string;
  log: Pick<Log, "error" | "warn" | "info">;
  /** Called when the problem, or what there is to say of it, has changed. */
  onChange: () => void;
  /** How often the log says so and it is looked whether the problem is over, in ms. Default one minute. */
  lookEveryMs?: number;
}

export type ClaimHold = ReturnType<typeof createClaimHold>;

const LOST: ErrorCode = "runtime_lost_agents";

/**
 * Keeps the executor from claiming while OpenClaw has lost agents, because the next write might lose more, and while its
 * machine is not fit for any request. Nothing is claimed before the first look.
 */
export function createClaimHold(options: ClaimHoldOptions) {
  const { openclaw, stateDir, workspaceRoot, log, onChange, lookEveryMs = 60_000 } = options;
  let unfit: ExecutorError | null = null;
  let problem: Problem | null = null;
  let hasLooked = false;
  let lookedAt = Number.NEGATIVE_INFINITY;
  let looking: Promise<void> | undefined;

  const say = ({ code, message, hint }: Problem) => log.error({ code, hint }, `nothing is claimed: ${message}`);

  function tell(error: ExecutorError | null): void {
    if (error?.code === problem?.code && error?.message === problem?.message) return;
    const since = problem !== null && problem.code === error?.code ? problem.since : new Date().toISOString();
    problem = error && { code: error.code, message: error.message, ...(error.hint && { hint: error.hint }), since };
    if (problem === null) log.info("requests are claimed again");
    else say(problem);
    onChange();
  }

  /** Lost agents come first: what else is wrong can wait. @returns whether requests may be claimed */
  async function judge(): Promise<boolean> {
    const lost = await openclaw.lostAgents().catch((error: unknown) => {
      if (!isAboutMachine(error)) throw error;
      unfit ??= error;
      return null;
    });
    tell(lost ?? unfit);
    return hasLooked && problem === null;
  }

  /** Each error of machine-codes.ts has its trial here, or the same requests would be claimed in vain again and again. */
  async function probe(): Promise<void> {
    requireSupportedVersion(await openclaw.version());
    await requireUsableState(stateDir);
    await requireRoom(workspaceRoot);
    await requireProcessList();
  }

  async function lookOnce(): Promise<void> {
    const before = problem;
    lookedAt = performance.now();
    if (before?.code === LOST) await openclaw.listAgents();
    else {
      unfit = await probe().then(
        () => null,
        (error: unknown) => {
          if (error instanceof ExecutorError) return error;
          throw error;
        },
      );
    }
    const isFirst = !hasLooked;
    hasLooked = true;
    await judge();
    if (problem !== null && problem === before) say(problem);
    if (problem === null && isFirst) onChange();
  }

  /** Looks whether the machine is fit. Never throws; a look that is under way is the one. */
  async function look(): Promise<void> {
    looking ??= lookOnce()
      .catch((error) => log.warn({ err: error }, "whether this machine is fit is not known"))
      .finally(() => {
        looking = undefined;
      });
    await looking;
  }

  return {
    look,

    /** A request met what is wrong with the machine: nothing is claimed until a look, the first in a minute, finds it fit. */
    begin(error: ExecutorError): void {
      unfit = error;
      lookedAt = performance.now();
      if (problem?.code !== LOST) tell(error);
    },

    problem: () => problem,

    /** The queue, but of which nothing is claimed while there is a problem. */
    over<Q extends Pick<RequestQueue, "claim">>(queue: Q): Q {
      return {
        ...queue,
        async claim(freeSlots, claimToken) {
          if (await judge()) return await queue.claim(freeSlots, claimToken);
          // Not waited for: a command that hangs must not keep the executor from stopping.
          if (performance.now() - lookedAt >= lookEveryMs) void look();
          // What a claim before this one holds, whose answer was lost, is not forgotten; nothing more is taken.
          return await queue.claim(0, claimToken);
        },
      };
    },
  };
}
