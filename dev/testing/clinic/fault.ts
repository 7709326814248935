import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { Level } from "../../../executor/doctor/finding.ts";
import type { ClinicMachine } from "./clinic.ts";

/** Something that is wrong with a machine. */
export interface ClinicFault {
  name: string;
  found: { check: string; level: Exclude<Level, "ok"> };
  plant(machine: ClinicMachine): Promise<unknown> | unknown;
  /** Does literally what the hint says; then all is well. */
  follow?(machine: ClinicMachine, hint: string): Promise<unknown> | unknown;
  /** Takes back what other machines would meet too. */
  undo?(machine: ClinicMachine): Promise<unknown> | unknown;
}

const run = promisify(execFile);

/** As somebody at this machine would. */
export const inShell = ({ bin }: ClinicMachine, command: string) =>
  run("/bin/sh", ["-c", command], { env: { PATH: `${bin}:/usr/bin:/bin` } });
