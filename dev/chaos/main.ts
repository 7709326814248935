/** `npm run chaos`: breaks everything around the executor, and prints what became of the requests. */
import { randomInt } from "node:crypto";
import { parseArgs } from "node:util";
import { FAULTS } from "./faults/index.ts";
import { isClean, playFault, type Row } from "./run.ts";
import { tableOf } from "./table.ts";
import { startWorld } from "./world.ts";

const { values } = parseArgs({
  options: {
    seed: { type: "string" },
    only: { type: "string" },
    short: { type: "boolean", default: false },
  },
});
const seed = Number(values.seed ?? randomInt(1_000_000));
const faults = FAULTS.filter(({ name }) => name.includes(values.only ?? ""));
console.log(`Seed ${seed}, ${faults.length} faults`);

const world = await startWorld();
const rows: Row[] = [];
try {
  for (const [index, fault] of faults.entries()) {
    const row = await playFault(world, fault, { seed: seed + index, key: `s${index + 1}`, isShort: values.short });
    rows.push(row);
    console.error(tableOf([row]));
  }
} finally {
  await world.stop();
}
console.log(tableOf(rows));
for (const note of new Set(faults.flatMap(({ notes = [] }) => notes))) console.log(`* ${note}`);
process.exit(rows.every(isClean) && rows.length > 0 ? 0 : 1);
