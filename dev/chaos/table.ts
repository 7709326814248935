import { isClean, type Row } from "./run.ts";

const HEAD = ["fault", "injected", "requests", "lost", "doubled", "wrong end", "s"];

/** The rows as a table of text, its numbers right-aligned; below it a sentence for each thing that is wrong. */
export function tableOf(rows: Row[]): string {
  const cells = rows.map(({ fault, injected, requests, verdict, ms }) => [
    fault,
    ...[injected, requests, verdict.lost.length, verdict.doubled.length, verdict.wrongEnd.length].map(String),
    (ms / 1000).toFixed(0),
  ]);
  const widths = HEAD.map((head, column) => Math.max(head.length, ...cells.map((row) => row[column]?.length ?? 0)));
  const line = (row: string[]) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join(" | ");
  return [line(HEAD), widths.map((width) => "-".repeat(width)).join("-|-"), ...cells.map(line), ...problems(rows)].join(
    "\n",
  );
}

/** One row in one line, while the others are still being played. */
export const lineOf = (row: Row): string =>
  `${isClean(row) ? "ok " : "BAD"} ${row.fault}: injected ${row.injected}, requests ${row.requests}, ${(row.ms / 1000).toFixed(0)} s`;

function problems(rows: Row[]): string[] {
  return rows.flatMap(({ fault, verdict, harness, told }) => [
    ...told,
    ...verdict.lost.map((what) => `lost (${fault}): ${what}`),
    ...verdict.doubled.map((what) => `doubled (${fault}): ${what}`),
    ...verdict.wrongEnd.map((what) => `wrong end (${fault}): ${what}`),
    ...harness.map((what) => `not proved (${fault}): ${what}`),
  ]);
}
