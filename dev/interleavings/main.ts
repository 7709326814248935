/** `npm run interleavings`: changes documents on both sides at once, kills the executor, and looks for what was lost. */
import { randomInt } from "node:crypto";
import { parseArgs } from "node:util";
import { startWorld } from "../chaos/world.ts";
import { playInterleavings } from "./play.ts";

const { values } = parseArgs({
  options: {
    seed: { type: "string", default: String(randomInt(1_000_000)) },
    count: { type: "string", default: "1000" },
  },
});
const [seed, interleavings] = [values.seed, values.count].map(Number);
const world = await startWorld({ functions: true });
console.log(`Seed ${seed}, ${interleavings} interleavings`);
try {
  const tally = await playInterleavings(world, {
    ...{ seed: seed ?? 0, interleavings: interleavings ?? 0 },
    onBatch: (soFar) =>
      console.log(`${soFar.interleavings} played, ${soFar.kills} kills, ${soFar.conflicts} conflicts`),
  });
  console.table(tally);
  process.exitCode = Object.values(tally).every((count) => count > 0) ? 0 : 1;
} finally {
  await world.stop();
}
process.exit();
