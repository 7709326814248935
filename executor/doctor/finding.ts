import type { DoctorFinding } from "#contract";

export type Finding = DoctorFinding;
export type Level = Finding["level"];

/** What a check says; which check it was is added by whoever asked it. */
export type Verdict = Omit<Finding, "check">;

export const ok = (message: string): Verdict => ({ level: "ok", message });
export const warn = (message: string, hint: string): Verdict => ({ level: "warn", message, hint });
export const fail = (message: string, hint: string): Verdict => ({ level: "fail", message, hint });

/** What the command ends with. */
const EXIT_CODES = { ok: 0, warn: 1, fail: 2 } as const satisfies Record<Level, number>;

export const exitCodeOf = (level: Level): number => EXIT_CODES[level];

export function worstOf(findings: readonly Finding[]): Level {
  return findings.map(({ level }) => level).reduce((one, other) => (isWorse(other, one) ? other : one), "ok" as const);
}

const isWorse = (one: Level, other: Level) => EXIT_CODES[one] > EXIT_CODES[other];

/** A path as a shell takes it; bare where that does, so that a ~ in it still means the home folder. */
export const inShell = (path: string): string =>
  /^[\w./@+~-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`;
