import { readFile } from "node:fs/promises";

const COMMON = {
  before: ["updated-at"],
  after: ["others", "agents", "agent-status", "activities"],
  rows: ["projects", "agents", "others", "agent-status", "brain-docs", "activities", "requests"],
};

/**
 * The databases that exist before the first chapter. `M`: every migration of the older dashboard. `L`: the live one, as
 * its generated types show it. `bare`: M, but with the request table as the plan lists it and nothing more.
 */
const FILES = {
  empty: [],
  M: files({ projects: "m", brainDocs: "m", requests: "m", publication: "m", rows: [] }),
  L: files({ projects: "l", brainDocs: "l", requests: "m", publication: "l", rows: [] }),
  bare: files({ projects: "m", brainDocs: "m", requests: "bare", publication: "m", rows: ["requests-bare"] }),
} as const;

export type Shape = keyof typeof FILES;
export const SHAPES = ["empty", "M", "L", "bare"] as const;
/** Those that hold an older dashboard. */
export const OLD_SHAPES = ["M", "L", "bare"] as const;

type Parts = { projects: string; brainDocs: string; requests: string; publication: string; rows: string[] };

function files({ projects, brainDocs, requests, publication, rows }: Parts): string[] {
  return [
    ...[...COMMON.before, `projects-${projects}`, ...COMMON.after].map((table) => `tables/${table}`),
    ...[`brain-docs-${brainDocs}`, `requests-${requests}`, `publication-${publication}`].map(
      (name) => `tables/${name}`,
    ),
    ...[...COMMON.rows, ...rows].map((table) => `rows/${table}`),
  ];
}

/** The SQL that makes a database of this shape: tables, then rows. */
export async function readShape(shape: Shape): Promise<string> {
  const texts = FILES[shape].map((file) => readFile(new URL(`${file}.sql`, import.meta.url), "utf8"));
  return (await Promise.all(texts)).join("\n");
}
