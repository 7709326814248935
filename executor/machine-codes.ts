import type { ErrorCode } from "#contract";
import { ExecutorError } from "./errors.ts";

/** Errors that any other request would meet as well: they are about the machine, and end no request that has not written. */
const MACHINE_CODES: readonly ErrorCode[] = [
  "openclaw_missing",
  "openclaw_too_old",
  "disk_full",
  "state_not_writable",
  "processes_unreadable",
];

export function isAboutMachine(error: unknown): error is ExecutorError {
  return error instanceof ExecutorError && MACHINE_CODES.includes(error.code);
}
