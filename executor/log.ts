import pino, { type Logger } from "pino";
import pretty from "pino-pretty";

/** One event a line. Fields in use: request, agent, step, attempt, ms, err. */
export type Log = Pick<Logger, "debug" | "info" | "warn" | "error" | "child">;

interface LogOptions {
  level: string;
  /** For a person at a terminal; everything else gets JSON. */
  pretty: boolean;
  /** Where lines go instead of stdout. */
  destination?: { write(line: string): void };
}

/** Lines are written before the call returns, so that the last ones before an exit are there. */
export function createLog({ level, pretty: isPretty, destination }: LogOptions): Log {
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    destination ??
      (isPretty ? pretty({ sync: true, translateTime: "SYS:HH:MM:ss.l" }) : pino.destination({ sync: true })),
  );
}
