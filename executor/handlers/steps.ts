import type { RequestStep, StepProgress } from "#contract";
import { ExecutorError } from "../errors.ts";
import type { HandlerContext } from "./handler.ts";

export interface Steps {
  /**
   * Runs one step. Its start, and with it the end of the step before, is in the database before `work` begins. `work` may
   * say, in a sentence, why it does not get on.
   */
  run<T>(step: RequestStep, work: (say: (note: string) => void) => Promise<T>): Promise<T>;
  /** Tells the database of the last step's end. @returns the steps that ended, with ms. */
  finish(): Promise<{ step: RequestStep; ms: number }[]>;
}

/**
 * The steps of one attempt, told to the database as they come and go; what a step throws carries its name.
 * @param reached what an earlier attempt got done. It stays told as done while it is done again: were it taken back, an
 *   attempt that ends right here would make the next one take its own agent for a stranger's.
 */
export function createSteps({ report, log }: Pick<HandlerContext, "report" | "log">, reached: RequestStep[]): Steps {
  const progress = new Map<RequestStep, StepProgress>(reached.map((step) => [step, { step, state: "done" }]));
  const tell = () => report([...progress.values()]);

  async function fail(step: RequestStep, ms: number, error: unknown): Promise<never> {
    if (!reached.includes(step)) progress.set(step, { step, state: "error", ms });
    try {
      await tell();
    } catch (reportError) {
      log.warn({ err: reportError, step }, "the step's failure could not be told");
    }
    if (!(error instanceof ExecutorError)) throw withStep(step, error);
    error.step = step;
    throw error;
  }

  function sayDuring(step: RequestStep, note: string): void {
    progress.set(step, { step, state: "running", note });
    tell().catch((error) => log.warn({ err: error, step }, "why the step waits could not be told"));
  }

  return {
    async run(step, work) {
      if (!reached.includes(step)) progress.set(step, { step, state: "running" });
      await tell();
      const startedAt = performance.now();
      const elapsed = () => Math.round(performance.now() - startedAt);
      try {
        const made = await work((note) => sayDuring(step, note));
        progress.set(step, { step, state: "done", ms: elapsed() });
        log.info({ step, ms: elapsed() }, "step done");
        return made;
      } catch (error) {
        return await fail(step, elapsed(), error);
      }
    },
    async finish() {
      await tell();
      return [...progress.values()].flatMap(({ step, ms }) => (ms === undefined ? [] : [{ step, ms }]));
    },
  };
}

function withStep(step: RequestStep, cause: unknown): ExecutorError {
  const message = cause instanceof Error ? cause.message : String(cause);
  const error = new ExecutorError("internal", `The executor met an unexpected error: ${message}`, { cause });
  error.step = step;
  return error;
}
