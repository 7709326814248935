import pino, { type Logger } from "pino";
import pretty from "pino-pretty";
import type { Redact } from "./redact.ts";

/** One event a line. Fields in use: request, agent, step, attempt, ms, err. */
export type Log = Pick<Logger, "debug" | "info" | "warn" | "error" | "child">;

interface LogOptions {
  level: string;
  /** For a person at a terminal; everything else gets JSON. */
  pretty: boolean;
  /** What every line passes before it is written. */
  redact: Redact;
  /** Where lines go instead of stdout. */
  destination?: { write(line: string): void };
}

/** Lines are written before the call returns, so that the last ones before an exit are there. */
export function createLog({ level, pretty: isPretty, redact, destination }: LogOptions): Log {
  const target =
    destination ??
    (isPretty ? pretty({ sync: true, translateTime: "SYS:HH:MM:ss.l" }) : pino.destination({ sync: true }));
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
