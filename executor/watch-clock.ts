const TICK_MS = 5000;
const JUMP_MS = 30_000;

/** Calls when the wall clock is suddenly far from where it was, which is what sleep looks like. @returns what ends it */
export function watchClock(onJump: (jumpMs: number) => void): Disposable {
  let last = Date.now();
  const timer = setInterval(() => {
    const now = Date.now();
    const jumpMs = now - last - TICK_MS;
    last = now;
    if (Math.abs(jumpMs) > JUMP_MS) onJump(jumpMs);
  }, TICK_MS);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}
