import { z } from "zod";
import { type DoctorFinding, doctorFinding } from "#contract";

export type Findings = {
  /** Failures, then warnings; each in the doctor's order. */
  bad: readonly DoctorFinding[];
  well: readonly DoctorFinding[];
  /** How many are none that this page knows: of a doctor that is newer. */
  unreadable: number;
};

/** What is not even a list is one finding that cannot be read. */
const list = z.array(z.unknown()).catch(({ value }) => [value]);

/** Sorts what a doctor reported, whatever it is. Never throws. */
export function readFindings(reported: unknown): Findings {
  const all = list.parse(reported);
  const known = all.flatMap((one) => doctorFinding.safeParse(one).data ?? []);
  const of = (wanted: DoctorFinding["level"]) => known.filter(({ level }) => level === wanted);
  return { bad: [...of("fail"), ...of("warn")], well: of("ok"), unreadable: all.length - known.length };
}
