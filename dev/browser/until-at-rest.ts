import type { Page } from "playwright-core";

// A spinner never rests, and nobody waits for it.
const atRest = `new Promise((resolve) => {
  const isBusy = ({ playState, effect }) => playState === "running" && effect.getComputedTiming().iterations !== Infinity;
  const look = () => (document.getAnimations().some(isBusy) ? requestAnimationFrame(look) : resolve());
  look();
})`;

/** Waits until everything that fades, grows or changes colour has arrived. */
export async function untilAtRest(page: Page): Promise<void> {
  // Not waitForFunction, which evaluates text over and over: the page's policy forbids that.
  await page.evaluate(atRest);
}
