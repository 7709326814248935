import type { ClaimedRequest, DoneResult, RuntimeAgent, StepProgress } from "#contract";
import type { Log } from "../log.ts";
import type { Claim } from "../request-queue.ts";

/** What a handler is given with its request. */
export interface HandlerContext {
  /** To be shown to the database with whatever is asked or told about this request. */
  claim: Claim;
  /** Aborted when the request is not this executor's any more, or the executor ends: stop at once, change nothing more. */
  signal: AbortSignal;
  /** Resolves when the database holds this list, the whole of it each time. */
  report(progress: StepProgress[]): Promise<void>;
  log: Log;
}

/** What a finished request leaves in the database. */
export interface Outcome {
  result: DoneResult;
  /** The list that proves the result. */
  runtimeAgents: RuntimeAgent[];
}

/** Does what one kind of request asks for. It may be run again after any line of it. @throws PermanentError to end the request */
export type Handler = (request: ClaimedRequest, context: HandlerContext) => Promise<Outcome>;
