import type { Fault } from "./fault.ts";
import { FAULTS } from "./faults/index.ts";
import { type SceneOptions, startScene } from "./scene.ts";
import type { Verdict } from "./verdict.ts";
import type { World } from "./world.ts";

/** One row of the table. */
export interface Row {
  fault: string;
  injected: number;
  requests: number;
  verdict: Verdict;
  /** Figures to be printed below the table. */
  told: string[];
  /** Why the fault was not injected as it should have been; the row then proves nothing. */
  harness: string[];
  ms: number;
}

/** Whether a row shows what it is to show. */
export const isClean = ({ verdict, harness }: Row): boolean =>
  harness.length + verdict.lost.length + verdict.doubled.length + verdict.wrongEnd.length === 0;

/** Plays one fault in a scene of its own. What breaks the harness stands in the row. */
async function playFault(world: World, fault: Fault, options: Omit<SceneOptions, "name">): Promise<Row> {
  const startedAt = performance.now();
  const harness: string[] = [];
  const note = (error: unknown) =>
    void harness.push(error instanceof Error ? (error.stack ?? error.message) : String(error));
  const scene = await startScene(world, { name: fault.name, ...options });
  await fault.inject(scene).catch(note);
  const end = await scene.end().catch(note);
  if (end && end.injected < end.least)
    harness.push(`It was injected ${end.injected} times, and at least ${end.least} were due`);
  return {
    fault: fault.name,
    injected: scene.injected(),
    requests: scene.asked.length,
    verdict: end ? end.verdict : { lost: [], doubled: [], wrongEnd: [] },
    told: scene.told,
    harness,
    ms: performance.now() - startedAt,
  };
}

/** The same one whichever faults are played. */
const keyOf = (fault: Fault) => `s${FAULTS.indexOf(fault) + 1}`;

interface Play extends Pick<SceneOptions, "seed" | "isShort" | "minutes"> {
  /** How many at once. */
  jobs: number;
  onRow: (row: Row) => void;
}

/**
 * Plays the faults, as many at once as `jobs` says; after them, one by one, those that take away what all share.
 * @returns the rows in the order of `faults`
 */
export async function playAll(
  world: World,
  faults: readonly Fault[],
  { jobs, onRow, ...options }: Play,
): Promise<Row[]> {
  const rows: Row[] = [];
  async function playNext(waiting: number[]): Promise<void> {
    for (let index = waiting.shift(); index !== undefined; index = waiting.shift()) {
      const fault = faults[index];
      if (fault === undefined) return;
      const row = await playFault(world, fault, { ...options, key: keyOf(fault) });
      rows[index] = row;
      onRow(row);
    }
  }
  const waitingFor = (isAlone: boolean) =>
    [...faults.keys()].filter((index) => (faults[index]?.isAlone ?? false) === isAlone);
  const together = waitingFor(false);
  await Promise.all(Array.from({ length: jobs }, () => playNext(together)));
  await playNext(waitingFor(true));
  return rows;
}
