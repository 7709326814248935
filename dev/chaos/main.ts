/** `npm run chaos`: breaks everything around the executor, and prints what became of the requests. */
import { randomInt } from "node:crypto";
import { parseArgs } from "node:util";
import { FAULTS } from "./faults/index.ts";
import { isClean, playAll } from "./run.ts";
import { lineOf, tableOf } from "./table.ts";
import { startWorld } from "./world.ts";

const COMMON_NOTES = [
  "Leases are 5 s and sweeps 1 s, the least that the settings allow; backoff is cut short by making rows due",
  "Where an executor dies or loses its lease, max_attempts is raised, so that every request must be done in the end",
  "The limit of creations per minute is lifted; agents are asked for by the database function that the Edge Function calls",
  "The network is a proxy between each executor and the API; Realtime is the stand-in of the local stack",
  "OpenClaw is the stand-in but in two rows; it can wait at a gate, so that the executor dies at an exact point of a call",
];

const USAGE = `Usage: npm run chaos -- [--seed N] [--only TEXT] [--jobs N] [--minutes N] [--short]

  --seed N     make the same choices again: at which point to kill, how late, which call to break, which agents to ask for.
               Each row, and each moment of it, has its own, whatever else is played. What the scheduler makes of it, and so
               what exactly is under way at that moment, cannot be played again
  --only TEXT  the rows whose name contains TEXT
  --jobs N     so many rows at once (3)
  --minutes N  how long each of the rows about memory watches it (10; 0 leaves them out)
  --short      what npm test plays
`;

const { values } = parseArgs({
  options: {
    seed: { type: "string", default: String(randomInt(1_000_000)) },
    only: { type: "string", default: "" },
    minutes: { type: "string", default: "10" },
    jobs: { type: "string", default: "3" },
    short: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});
if (values.help) {
  process.stdout.write(USAGE);
  process.exit();
}
const [seed, minutes, jobs] = [values.seed, values.minutes, values.jobs].map(Number);
const faults = FAULTS.filter(
  ({ name, isLong, isInShortPart }) =>
    name.includes(values.only) && !(isLong && minutes === 0) && (isInShortPart || !values.short),
);

const starting = startWorld();
let isEnding = false;
const leave = () => process.exit(1);
/** Leaves nothing behind; asked a second time it waits for nothing. */
function end(why: string): void {
  if (isEnding) leave();
  isEnding = true;
  console.error(`Broken off (${why})`);
  starting.then((started) => started.stop()).then(leave, leave);
}
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, end);
// Whoever reads has gone, as in `npm run chaos | head`: each further line breaks the pipe anew.
process.stderr.on("error", () => undefined);
process.stdout.on("error", () => {
  if (!isEnding) end("nobody reads its output");
});
const world = await starting;
console.log(`Seed ${seed}, ${faults.length} faults`);
try {
  const rows = await playAll(world, faults, {
    ...{ seed: seed ?? 0, jobs: jobs ?? 1, isShort: values.short, minutes: minutes ?? 0 },
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
