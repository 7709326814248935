import { styleText } from "node:util";
import { type Finding, type Level, worstOf } from "./finding.ts";

const COLORS = { ok: "green", warn: "yellow", fail: "red" } as const;

/** One line a finding, for a person, in colours at a terminal; a hint stands below what it is about. At the end what to do first. */
export function describeFindings(findings: readonly Finding[]): string {
  const width = Math.max(0, ...findings.map(({ check }) => check.length));
  const mark = (level: Level) => styleText(COLORS[level], level.padEnd(4));
  const lines = findings.flatMap(({ check, level, message, hint }) => [
    `${mark(level)}  ${check.padEnd(width)}  ${message}`,
    ...(hint === undefined ? [] : [`${" ".repeat(width + 8)}-> ${hint}`]),
  ]);
  return [...lines, "", summarize(findings)].map((line) => `${line}\n`).join("");
}

function summarize(findings: readonly Finding[]): string {
  const worst = worstOf(findings);
  if (worst === "ok") return "All is well";
  const first = findings.find(({ level }) => level === worst);
  return `Do this first (${first?.check}): ${first?.hint ?? first?.message}`;
}
