/** `npm run chaos`: breaks everything around the executor, and prints what became of the requests. */
import { randomInt } from "node:crypto";
import { parseArgs } from "node:util";
import { FAULTS } from "./faults/index.ts";
import { isClean, playAll } from "./run.ts";
import { seededRandom } from "./seeded-random.ts";
import { lineOf, tableOf } from "./table.ts";
import { startWorld } from "./world.ts";

const COMMON_NOTES = [
  "Leases are 5 s and sweeps 1 s, the least that the settings allow; backoff is cut short by making rows due",
  "Where an executor dies or loses its lease, max_attempts is raised, so that every request must be done in the end",
  "The limit of creations per minute is lifted; agents are asked for by the database function that the Edge Function calls",
  "The network is a proxy between each executor and the API; Realtime is the stand-in of the local stack",
  "OpenClaw is the stand-in but in one row; it can wait at a gate, so that the executor dies at an exact point of a call",
];

const { values } = parseArgs({
  options: {
    seed: { type: "string", default: String(randomInt(1_000_000)) },
    /** A part of the name of each fault that is to be played. */
    only: { type: "string", default: "" },
    /** Each of the two faults that watch memory; 0 leaves them out. */
    minutes: { type: "string", default: "10" },
    /** How many scenes at once. */
    jobs: { type: "string", default: "3" },
    short: { type: "boolean", default: false },
  },
});
const [seed, minutes, jobs] = [values.seed, values.minutes, values.jobs].map(Number);
const faults = FAULTS.filter(
  ({ name, isLong, isInShortPart }) =>
    name.includes(values.only) && !(isLong && minutes === 0) && (isInShortPart || !values.short),
);

const world = await startWorld();
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.on(signal, () => world.stop().finally(() => process.exit(1)));
}
console.log(`Seed ${seed}, ${faults.length} faults`);
try {
  const rows = await playAll(world, faults, {
    jobs: jobs ?? 1,
    optionsOf: (index) => ({
      ...{ key: `s${index + 1}`, isShort: values.short, minutes: minutes ?? 0 },
      random: seededRandom((seed ?? 0) + index),
    }),
    onRow: (row) => console.log(lineOf(row)),
  });
  console.log(`\n${tableOf(rows)}\n`);
  const notes = new Set([...COMMON_NOTES, ...faults.flatMap((fault) => fault.notes ?? [])]);
  for (const note of notes) console.log(`* ${note}`);
  process.exitCode = rows.length > 0 && rows.every(isClean) ? 0 : 1;
} finally {
  await world.stop();
}
process.exit();
