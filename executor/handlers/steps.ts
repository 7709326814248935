import type { RequestStep, StepProgress } from "#contract";
import { ExecutorError } from "../errors.ts";
import type { HandlerContext } from "./handler.ts";

/** How a write tells of itself: as WriteCall has it. */
interface Told {
  onWait(why: string): void;
  onBegin(): Promise<void>;
}

export interface Steps {
  /** Runs one step. Its start, and with it the end of the step before, is in the database before `work` begins. */
  run<T>(step: RequestStep, work: () => Promise<T>): Promise<T>;
  /**
   * Runs a step that writes to OpenClaw with what `work` is given. It is told as one that waits until the write begins;
   * that it does is in the database before.
   */
  runWrite<T>(step: RequestStep, work: (told: Told) => Promise<T>): Promise<T>;
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

  const set = (entry: StepProgress, waits: boolean) =>
    progress.set(entry.step, waits ? { ...entry, waits: true } : entry);

  async function fail(entry: StepProgress, waits: boolean, error: unknown): Promise<never> {
    const { step } = entry;
    if (!reached.includes(step)) set(entry, waits);
    try {
      await tell();
    } catch (reportError) {
      log.warn({ err: reportError, step }, "the step's failure could not be told");
    }
    if (!(error instanceof ExecutorError)) throw withStep(step, error);
    error.step = step;
    throw error;
  }

  async function runStep<T>(step: RequestStep, isWrite: boolean, work: (told: Told) => Promise<T>): Promise<T> {
    let waits = isWrite;
    const told: Told = {
      onWait(note) {
        set({ step, state: "running", note }, waits);
        tell().catch((error) => log.warn({ err: error, step }, "why the step waits could not be told"));
      },
      async onBegin() {
        waits = false;
        set({ step, state: "running" }, waits);
        await tell();
      },
    };
    if (!reached.includes(step)) set({ step, state: "running" }, waits);
    await tell();
    const startedAt = performance.now();
    const ended = (state: "done" | "error"): StepProgress => ({
      step,
      state,
      ms: Math.round(performance.now() - startedAt),
    });
    try {
      const made = await work(told);
      const entry = ended("done");
      set(entry, waits);
      log.info({ step, ms: entry.ms }, "step done");
      return made;
    } catch (error) {
      return await fail(ended("error"), waits, error);
    }
  }

  return {
    run: (step, work) => runStep(step, false, work),
    runWrite: (step, work) => runStep(step, true, work),
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
