import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openClinic } from "../../dev/testing/clinic/clinic.ts";
import { expectFound, withFaults } from "../../dev/testing/clinic/expect-found.ts";
import { hides, PAIRS } from "../../dev/testing/clinic/faults.ts";

const PATIENCE = { timeout: 120_000 };

let clinic: Awaited<ReturnType<typeof openClinic>>;
beforeAll(async () => {
  clinic = await openClinic();
});
afterAll(() => clinic.close());

const HIDING = PAIRS.flatMap(({ one, other }) => {
  if (hides(one, other)) return [{ front: one, behind: other }];
  return hides(other, one) ? [{ front: other, behind: one }] : [];
});
const APART = PAIRS.filter(({ one, other }) => !hides(one, other) && !hides(other, one));

test("fifteen faults make 105 pairs", () => {
  expect([APART.length, HIDING.length]).toEqual([100, 5]);
});

describe.concurrent("of two faults each is found with its own words, and nothing else is", () => {
  test.for(APART)("$one.name, and $other.name", PATIENCE, async ({ one, other }) => {
    await withFaults(await clinic.admit(), [one, other], async (machine) => {
      expectFound(await clinic.examine(machine), [one, other]);
    });
  });
});

describe.concurrent("of two faults of which one hides the other, that one is found, and the other once it is mended", () => {
  test.for(HIDING)("$front.name hides $behind.name: $front.hides.because", PATIENCE, async ({ front, behind }) => {
    await withFaults(await clinic.admit(), [front, behind], async (machine) => {
      const [{ hint = "" } = {}] = expectFound(await clinic.examine(machine), [front]);
      await front.follow(machine, hint);
      expectFound(await clinic.examine(machine), [behind]);
    });
  });
});
