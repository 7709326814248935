import { setTimeout as delay } from "node:timers/promises";

/**
 * Asks `holds` every 25 ms until it answers true.
 * @param what ends the sentence "Gave up after 30 s waiting until …".
 * @throws Error after `timeoutMs`, or whatever `holds` throws.
 */
export async function until(what: string, holds: () => boolean | Promise<boolean>, timeoutMs = 30_000): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`Gave up after ${timeoutMs / 1000} s waiting until ${what}`);
    await delay(25);
  }
}
