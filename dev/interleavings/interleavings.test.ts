import { afterAll, beforeAll, expect, test } from "vitest";
import { startWorld, type World } from "../chaos/world.ts";
import { playInterleavings } from "./play.ts";

/** A run that failed is run again with `npm run interleavings -- --seed N`. */
const SEED = 20_261_127;

let world: World;
beforeAll(async () => {
  world = await startWorld({ functions: true });
});
afterAll(() => world.stop());

test("whatever happens to a document on both sides, no text is lost, and in the end they agree or say that they do not", {
  timeout: 600_000,
}, async () => {
  const tally = await playInterleavings(world, { seed: SEED, interleavings: 100 });
  console.info(tally);
  expect(tally.interleavings).toBe(100);
  for (const [what, count] of Object.entries(tally)) expect(count, what).toBeGreaterThan(0);
});
