import type { Fault } from "./fault.ts";
import { startScene } from "./scene.ts";
import { seededRandom } from "./seeded-random.ts";
import type { Verdict } from "./verdict.ts";
import type { World } from "./world.ts";

/** One row of the table. */
export interface Row {
  fault: string;
  injected: number;
  requests: number;
  verdict: Verdict;
  /** Why the fault was not injected as it should have been; the row then proves nothing. */
  harness: string[];
  ms: number;
}

/** Plays one fault in a scene of its own. Never throws: what breaks the harness stands in the row. */
export async function playFault(
  world: World,
  fault: Fault,
  { seed, key, isShort }: { seed: number; key: string; isShort: boolean },
): Promise<Row> {
  const startedAt = performance.now();
  const harness: string[] = [];
  const note = (error: unknown) => void harness.push(error instanceof Error ? (error.stack ?? error.message) : String(error));
  const scene = await startScene(world, { key, isShort, random: seededRandom(seed) });
  await fault.inject(scene).catch(note);
  const end = await scene.end().catch(note);
  if (end && end.injected < end.least) harness.push(`Injected ${end.injected} times, and at least ${end.least} were due`);
  return {
    fault: fault.name,
    injected: scene.injected(),
    requests: scene.asked.length,
    verdict: end ? end.verdict : { lost: [], doubled: [], wrongEnd: [] },
    harness,
    ms: performance.now() - startedAt,
  };
}

/** Whether a row shows what it is to show. */
export const isClean = ({ verdict, harness }: Row): boolean =>
  harness.length + verdict.lost.length + verdict.doubled.length + verdict.wrongEnd.length === 0;
