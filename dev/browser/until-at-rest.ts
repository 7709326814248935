import type { Page } from "playwright-core";

// A spinner never rests, and nobody waits for it.
const isAtRest = `document.getAnimations().every(
  ({ playState, effect }) => playState !== "running" || effect.getComputedTiming().iterations === Infinity,
)`;

/** Waits until everything that fades, grows or changes colour has arrived. */
export async function untilAtRest(page: Page): Promise<void> {
  await page.waitForFunction(isAtRest);
}
