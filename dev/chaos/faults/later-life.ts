import type { Machine } from "../machine.ts";
import type { Scene } from "../scene.ts";
import type { Asked } from "../verdict.ts";

const PATIENCE_MS = 180_000;
/** So that each request outlives more deaths than the product would let it. */
const MAX_ATTEMPTS = 50;

/**
 * Asks this machine for requests of one kind, each for an agent of its own, and has made the agents first when they must live
 * for it. Its executor does not run before and after.
 */
export async function askFor(
  scene: Scene,
  machine: Machine,
  kind: Asked["kind"],
  count: number,
  attempts?: number,
): Promise<Asked[]> {
  const asked = await scene.ask(count, {
    ...{ executor: machine, maxAttempts: MAX_ATTEMPTS, attempts },
  });
  if (kind === "provision") return asked;
  await machine.start();
  await scene.quiet(PATIENCE_MS);
  await machine.stop();
  return await scene.askToChange(kind, asked);
}
