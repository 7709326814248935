import { expect } from "vitest";
import type { Finding } from "../../../executor/doctor/finding.ts";
import type { ClinicMachine } from "./clinic.ts";
import type { ClinicFault } from "./fault.ts";

/**
 * That these faults were found, each with its own words, and nothing else was; all that is bad is shown whole when not.
 * @returns what was found bad
 */
export function expectFound(findings: Finding[], faults: ClinicFault[]): Finding[] {
  const bad = findings.filter(({ level }) => level !== "ok");
  const short = bad.map(({ check, level, message }) => {
    const known = faults.find(({ found }) => found.check === check && message.includes(found.says));
    return `${level} ${check}: ${known?.found.says ?? message}`;
  });
  const expected = faults.map(({ found }) => `${found.level} ${found.check}: ${found.says}`);
  expect(short.sort(), JSON.stringify(bad, null, 1)).toEqual(expected.sort());
  return bad;
}

/** Plants them, and takes back what others would meet. */
export async function withFaults(
  machine: ClinicMachine,
  faults: ClinicFault[],
  look: (machine: ClinicMachine) => Promise<void>,
): Promise<void> {
  try {
    for (const fault of faults) await fault.plant(machine);
    await look(machine);
  } finally {
    for (const fault of faults) await fault.undo?.(machine);
  }
}
