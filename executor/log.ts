import pino, { type Logger } from "pino";
import pretty from "pino-pretty";
import { openLogFile } from "./log-file.ts";
import type { Redact } from "./redact.ts";

/** One event a line. Fields in use: request, agent, step, attempt, ms, err. */
export type Log = Pick<Logger, "debug" | "info" | "warn" | "error" | "child">;

interface LogOptions {
  level: string;
  /** For a person at a terminal; everything else gets JSON. */
  pretty: boolean;
  /** What every line passes before it is written. */
  redact: Redact;
  /** Path of a file that takes the lines instead of stdout, and rotates. */
  file?: string | undefined;
  /** Where else lines go. */
  destination?: { write(line: string): void };
}

/** Lines are written before the call returns, so that the last ones before an exit are there. */
export function createLog({ level, pretty: isPretty, redact, file, destination }: LogOptions): Log {
  const target = destination ?? (file === undefined ? openStdout(isPretty) : openLogFile({ file, complain }));
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    { write: (line: string) => target.write(redact(line)) },
  );
}

function openStdout(isPretty: boolean) {
  return isPretty ? pretty({ sync: true, translateTime: "SYS:HH:MM:ss.l" }) : pino.destination({ sync: true });
}

function complain(sentence: string): void {
  process.stderr.write(`${sentence}\n`);
}
