import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type ClinicMachine, openClinic } from "../../dev/testing/clinic/clinic.ts";
import type { ClinicFault } from "../../dev/testing/clinic/fault.ts";
import { FAULTS } from "../../dev/testing/clinic/faults.ts";
import type { Finding } from "./finding.ts";

const PATIENCE = { timeout: 120_000 };

let clinic: Awaited<ReturnType<typeof openClinic>>;
beforeAll(async () => {
  clinic = await openClinic();
});
afterAll(() => clinic.close());

const isBad = ({ level }: Finding) => level !== "ok";
const short = (findings: Finding[]) =>
  findings
    .filter(isBad)
    .map(({ check, level }) => `${level} ${check}`)
    .sort();
const expected = (faults: ClinicFault[]) => faults.map(({ found }) => `${found.level} ${found.check}`).sort();

/** Bad findings are shown whole when they are others than these. */
function expectBad(findings: Finding[], faults: ClinicFault[]): void {
  expect(short(findings), JSON.stringify(findings.filter(isBad), null, 1)).toEqual(expected(faults));
}

async function withFaults(faults: ClinicFault[], look: (machine: ClinicMachine) => Promise<void>) {
  const machine = await clinic.admit();
  try {
    for (const fault of faults) await fault.plant(machine);
    await look(machine);
  } finally {
    for (const fault of faults) await fault.undo?.(machine);
  }
}

test("a healthy machine has nothing to heed", PATIENCE, async () => {
  const findings = await clinic.examine(await clinic.admit());
  expectBad(findings, []);
  expect(findings.map(({ check }) => check)).toEqual([
    ...["settings", "node", "state folder", "workspaces", "disk", "permissions", "database", "credential"],
    ...["contract", "clock", "realtime", "openclaw", "openclaw config", "gateway", "models", "processes", "queue"],
  ]);
});

describe("each fault is found by its check, with its level, and nothing else is; what its hint says cures it", () => {
  test.for(Object.values(FAULTS).flat())("$name", PATIENCE, async (fault) => {
    await withFaults([fault], async (machine) => {
      const findings = await clinic.examine(machine);
      expectBad(findings, [fault]);
      const hint = findings.find(isBad)?.hint ?? "";
      expect(hint).toMatch(/\S/);
      if (fault.follow === undefined) return;
      await fault.follow(machine, hint);
      expectBad(await clinic.examine(machine), []);
    });
  });
});

describe("of two faults in different parts each is found, and nothing else is", () => {
  test.for(pairs(12, 20261127))("$one.name, and $other.name", PATIENCE, async ({ one, other }) => {
    await withFaults([one, other], async (machine) => expectBad(await clinic.examine(machine), [one, other]));
  });
});

/** The same ones each time. */
function pairs(count: number, seed: number): { one: ClinicFault; other: ClinicFault }[] {
  let state = seed;
  const pick = <T>(from: readonly T[]): T => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    const picked = from[Math.floor((state / 2_147_483_648) * from.length)];
    if (picked === undefined) throw new Error("Nothing to pick from");
    return picked;
  };
  return Array.from({ length: count }, () => {
    const part = pick(Object.values(FAULTS));
    const one = pick(part);
    const other = pick(Object.values(FAULTS).flatMap((faults) => (faults === part ? [] : faults)));
    return { one, other };
  });
}
