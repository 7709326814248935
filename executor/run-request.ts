import { z } from "zod";
import {
  type ClaimedRequest,
  claimedRequest,
  type RequestKind,
  type RequestStep,
  requestKind,
  type StepProgress,
} from "#contract";
import { ExecutorError, PermanentError } from "./errors.ts";
import type { Handler } from "./handlers/handler.ts";
import { CancelledError, holdLease, type Lease } from "./lease.ts";
import type { Log } from "./log.ts";
import { isAboutMachine } from "./machine-codes.ts";
import { QueueError } from "./queue-error.ts";
import type { Claim, RequestFailure, RequestQueue, Settled } from "./request-queue.ts";
import type { Turn } from "./run-registry.ts";
import { untilAnswered } from "./until-answered.ts";

/**
 * `failed` includes what will be tried again; `released` was given back before OpenClaw was written to, `cancelled` called off
 * before it was told of it; `lost`: somebody else has the row, or soon will.
 */
export type RunEnd = "done" | "failed" | "released" | "cancelled" | "lost";

export interface RunOptions {
  queue: Pick<RequestQueue, "renew" | "complete" | "fail" | "release">;
  handlerOf: (kind: RequestKind) => Handler;
  leaseMs: number;
  /** `performance.now()` before the claim was asked for. */
  claimedAt: number;
  turn: Turn;
  /** Aborted when the executor cannot wait any longer. */
  signal: AbortSignal;
  log: Log;
  /** Told of an error that is about this machine, and not about the request that met it. */
  onUnfit?: ((error: ExecutorError) => void) | undefined;
}

/** A lease that knows how far the work under it has come. */
interface Work extends Lease {
  /** The step that was told of last. */
  step?: RequestStep | undefined;
  /** It was told that OpenClaw is written to, and may be since. */
  hasBegunWriting: boolean;
}

/** The story of one claimed row: hold its lease, check it, do it, settle it. Never throws. */
export async function runRequest(claim: Claim, options: RunOptions): Promise<RunEnd> {
  const { queue, leaseMs, claimedAt, turn, log } = options;
  const startedAt = performance.now();
  const held = holdLease({
    renew: (progress, signal) => queue.renew(claim, progress, signal),
    leaseMs,
    claimedAt,
    superseded: turn.superseded,
    log,
  });
  const lease: Work = {
    ...held,
    hasBegunWriting: false,
    async report(progress: StepProgress[]) {
      // As the database judges whether a cancel comes too late.
      lease.hasBegunWriting ||= progress.some(({ step, waits }) => step !== "workspace" && waits === undefined);
      lease.step = progress.findLast(({ state }) => state !== "done")?.step ?? progress.at(-1)?.step;
      await held.report(progress);
    },
  };
  try {
    const answer = await run(claim, lease, options);
    if (answer === "lost") return await endOfLost(claim, lease, options);
    log.info({ ms: Math.round(performance.now() - startedAt) }, "request done");
    return "done";
  } catch (error) {
    return await giveUp(claim, lease, error, options);
  } finally {
    await lease.end();
  }
}

async function run(claim: Claim, lease: Work, options: RunOptions): Promise<Settled> {
  const { queue, handlerOf, turn, signal, log } = options;
  const request = parseRow(claim.row);
  await turn.earlier;
  lease.signal.throwIfAborted();
  log.info({ agent: request.agent_id_short, kind: request.kind, attempt: request.attempts }, "request started");
  const handler = handlerOf(request.kind);
  const { result, runtimeAgents } = await handler(request, {
    claim,
    signal: AbortSignal.any([lease.signal, signal]),
    report: lease.report,
    log: log.child({ agent: request.agent_id_short, attempt: request.attempts }),
  });
  return await untilAnswered(() => queue.complete(claim, result, runtimeAgents), lease.signal, log);
}

const kindOfRow = z.object({ kind: z.string() }).catch({ kind: "unknown" });

/** The row was written by others: whatever is in it, only what passes the contract's rules is acted upon. */
function parseRow(row: unknown): ClaimedRequest {
  const { kind } = kindOfRow.parse(row);
  if (!requestKind.safeParse(kind).success) {
    throw new PermanentError("unsupported_kind", `This executor cannot carry out a request of kind ${kind}`, {
      hint: "Update the executor on the Mac mini, then retry",
    });
  }
  const parsed = claimedRequest.safeParse(row);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`);
  throw new PermanentError("invalid_row", `The executor refuses this row: ${problems.join("; ")}`, {
    hint: "Create the agent again with values that follow the rules",
    cause: parsed.error,
  });
}

async function giveUp(claim: Claim, work: Work, error: unknown, options: RunOptions): Promise<RunEnd> {
  const { queue, signal, log } = options;
  if (work.signal.reason instanceof CancelledError) return cancelled(log);
  if (work.signal.aborted || (error instanceof QueueError && error.code === "lease_lost")) {
    log.warn({ err: work.signal.reason ?? error }, "request lost, nothing more is changed");
    return "lost";
  }
  const isUnfit = isAboutMachine(error);
  if (isUnfit) options.onUnfit?.(error);
  if ((signal.aborted || isUnfit || isHeld(error)) && !work.hasBegunWriting)
    return await giveBack(claim, work, error, options);
  const failure = signal.aborted ? interrupted(work.step, error) : asExecutorError(error);
  const { code, step, permanent, diagnostics } = failure;
  log.error({ err: failure, code, step, permanent }, "request failed");
  try {
    const report = { error: describe(failure), permanent, diagnostics };
    let tells = 0;
    const tell = () => {
      tells += 1;
      return queue.fail(claim, report);
    };
    const answer = await untilAnswered(tell, work.signal, log);
    if (answer === "already_settled" && tells === 1) {
      // By a word of the success whose answers were all lost: nothing else of this claim was told before.
      log.warn("the request was done all the same");
      return "done";
    }
    return answer === "lost" ? await endOfLost(claim, work, options) : "failed";
  } catch (settleError) {
    // Nothing left to say: the lease runs out, and the database queues the request again or ends it.
    log.error({ err: settleError }, "failure could not be told");
    return "lost";
  }
}

/** Of a claim that was over when its end was told: called off in time, the word of which was lost, or somebody else's. */
async function endOfLost(claim: Claim, { signal }: Work, { queue, log }: RunOptions): Promise<RunEnd> {
  const wasCalledOff = await untilAnswered(() => queue.renew(claim, undefined, signal), signal, log).then(
    (answer) => answer === "cancelled",
    // Or the lease has heard it first.
    () => signal.reason instanceof CancelledError,
  );
  if (wasCalledOff) return cancelled(log);
  log.warn("request settled by somebody else");
  return "lost";
}

function cancelled(log: Log): RunEnd {
  log.info("request cancelled, OpenClaw was not told of it");
  return "cancelled";
}

/** Cut off before OpenClaw was written to, and not by a fault of this request: the next attempt is as good as this one. */
async function giveBack(claim: Claim, work: Work, cause: unknown, { queue, log }: RunOptions): Promise<RunEnd> {
  try {
    const answer = await untilAnswered(() => queue.release(claim), work.signal, log);
    log.info({ answer, step: work.step, err: cause }, "stopped before OpenClaw was written to, given back");
    return answer === "lost" ? "lost" : "released";
  } catch (error) {
    log.warn({ err: error }, "claim not given back, its lease will run out");
    return "lost";
  }
}

/** Whether another process, which works under this executor's id by now, alone may speak of the files. */
function isHeld(error: unknown): boolean {
  const said = error instanceof ExecutorError ? error.cause : error;
  return said instanceof QueueError && said.heldByAnother;
}

function interrupted(step: RequestStep | undefined, cause: unknown): ExecutorError {
  const error = new ExecutorError("internal", `The executor was stopped in the middle of the step ${step}`, {
    hint: "While attempts are left it is tried again when the executor is back; otherwise retry it",
    cause,
  });
  error.step = step;
  return error;
}

function asExecutorError(error: unknown): ExecutorError {
  if (error instanceof ExecutorError) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new ExecutorError("internal", `The executor met an unexpected error: ${message}`, { cause: error });
}

function describe({ code, message, hint, step }: ExecutorError): RequestFailure {
  return { code, message, ...(hint === undefined ? {} : { hint }), ...(step === undefined ? {} : { step }) };
}
