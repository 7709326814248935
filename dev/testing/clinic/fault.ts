import type { Level } from "../../../executor/doctor/finding.ts";
import type { ClinicMachine } from "./clinic.ts";

/** Something that is wrong with a machine. */
export interface ClinicFault {
  name: string;
  found: {
    check: string;
    level: Exclude<Level, "ok">;
    /** Of its message: no other fault has these words. */
    says: string;
  };
  plant(machine: ClinicMachine): Promise<unknown> | unknown;
  /** Does literally what the hint says, as somebody at this machine would; then all is well. */
  follow(machine: ClinicMachine, hint: string): Promise<unknown> | unknown;
  /** Takes back what other machines would meet too, or what would go on by itself. */
  undo?(machine: ClinicMachine): Promise<unknown> | unknown;
  /** What cannot be looked at meanwhile. */
  hides?: { checks: readonly string[]; because: string };
}
