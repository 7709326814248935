import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openClinic } from "../../dev/testing/clinic/clinic.ts";
import { expectFound, withFaults } from "../../dev/testing/clinic/expect-found.ts";
import { FAULTS } from "../../dev/testing/clinic/faults.ts";

const PATIENCE = { timeout: 120_000 };

let clinic: Awaited<ReturnType<typeof openClinic>>;
beforeAll(async () => {
  clinic = await openClinic();
});
afterAll(() => clinic.close());

test("a healthy machine has nothing to heed", PATIENCE, async () => {
  const findings = await clinic.examine(await clinic.admit());
  expectFound(findings, []);
  expect(findings.map(({ check }) => check)).toEqual([
    ...["settings", "node", "state folder", "workspaces", "disk", "permissions", "database", "credential"],
    ...["contract", "clock", "realtime", "openclaw", "openclaw config", "gateway", "models", "processes", "queue"],
  ]);
});

describe("each fault is found with its own words, and nothing else is; whoever does what its hint says is rid of it", () => {
  test.for(FAULTS)("$name", PATIENCE, async (fault) => {
    await withFaults(await clinic.admit(), [fault], async (machine) => {
      const [{ hint = "" } = {}] = expectFound(await clinic.examine(machine), [fault]);
      expect(hint).toMatch(/\S/);
      await fault.follow(machine, hint);
      expectFound(await clinic.examine(machine), []);
    });
  });
});
