import { addAbortListener } from "node:events";

/** Runs `work` when everyone who asked before is through. Aborting while waiting rejects with the signal's reason. */
export type Lock = <T>(work: () => Promise<T>, signal?: AbortSignal) => Promise<T>;

function turnOrAbort(turn: Promise<void>, signal: AbortSignal | undefined): Promise<void> {
  if (!signal) return turn;
  signal.throwIfAborted();
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const listener = addAbortListener(signal, () => reject(signal.reason));
  turn.then(resolve, reject);
  return promise.finally(() => listener[Symbol.dispose]());
}

export function createLock(): Lock {
  let last = Promise.resolve();
  return async (work, signal) => {
    const before = last;
    const { promise: mine, resolve: release } = Promise.withResolvers<void>();
    // Someone who gives up while waiting must not let those behind overtake the one in front.
    last = before.then(() => mine);
    try {
      await turnOrAbort(before, signal);
      return await work();
    } finally {
      release();
    }
  };
}
