export type Teardown = {
  /** Adds a step; the last one added runs first. */
  add(step: () => Promise<void>): void;
  /** True from the moment run() was called. */
  isRunning(): boolean;
  /**
   * Runs every step once, also when one of them fails; further calls wait for the first one.
   * @throws AggregateError of what failed.
   */
  run(): Promise<void>;
};

/** Collects what must be stopped, in the order in which it was started. */
export function createTeardown(): Teardown {
  const steps: (() => Promise<void>)[] = [];
  let done: Promise<void> | undefined;
  const runAll = async () => {
    const failures: unknown[] = [];
    for (const step of steps.toReversed()) await step().catch((error: unknown) => failures.push(error));
    if (failures.length > 0) throw new AggregateError(failures, "Not everything could be stopped");
  };
  return {
    add: (step) => void steps.push(step),
    isRunning: () => done !== undefined,
    run: () => {
      done ??= runAll();
      return done;
    },
  };
}
