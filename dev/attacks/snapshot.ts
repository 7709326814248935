import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join, sep } from "node:path";
import { z } from "zod";
import type { TestDatabase } from "../testing/test-database.ts";

/** Everything there is, each thing as one text: rows by table, files by whom they belong to. */
export type Snapshot = Map<string, string[]>;

const named = z.array(z.object({ name: z.string() }));
const counted = z.array(z.object({ name: z.string(), rows: z.array(z.string()) }));

/** Every row of every table in public, private and auth. */
export async function readRows(database: TestDatabase): Promise<Snapshot> {
  const tables = named.parse(
    await database.query(
      `select c.oid::regclass::text as name from pg_class as c
       where c.relkind in ('r', 'p') and c.relnamespace in (
         'public'::regnamespace, 'private'::regnamespace, 'auth'::regnamespace
       ) order by 1`,
    ),
  );
  const all = tables.map(
    ({ name }) => `select '${name}' as name, array(select t::text from ${name} as t order by 1) as rows`,
  );
  const rows = counted.parse(await database.query(all.join(" union all ")));
  // regclass leaves the schema out where the search path finds the table.
  return new Map(rows.map(({ name, rows }) => [name.includes(".") ? name : `public.${name}`, rows]));
}

const config = z.looseObject({ agents: z.object({ entries: z.record(z.string(), z.unknown()) }) });

/**
 * Every file under the folder, by what it belongs to: `workspace-<id>`, `agent <id>` for an entry of OpenClaw's own
 * configuration, else its path.
 */
export async function readFiles(folder: string, home: string): Promise<Snapshot> {
  const files: Snapshot = new Map();
  const add = (owner: string, text: string) => files.set(owner, [...(files.get(owner) ?? []), text]);
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    const content = entry.isFile() ? await readFile(path) : Buffer.from(entry.isSymbolicLink() ? "link" : "other");
    if (path === join(home, ".openclaw", "openclaw.json")) {
      const { entries } = config.parse(JSON.parse(content.toString())).agents;
      for (const [id, said] of Object.entries(entries)) add(`agent ${id}`, JSON.stringify(said));
    } else if (!path.startsWith(join(home, "fake-openclaw"))) {
      const [place = path] = path.slice(join(home, ".openclaw").length + 1).split(sep);
      const owner = path.startsWith(join(home, ".openclaw", "workspace-")) ? place : path.slice(folder.length);
      add(owner, `${path} ${createHash("sha256").update(content).digest("hex")}`);
    }
  }
  return files;
}

/** What one has and the other has not; each by table or owner, without those where nothing differs. */
export function compare(before: Snapshot, after: Snapshot) {
  const missingFrom = (one: Snapshot, other: Snapshot) =>
    [...one].flatMap(([name, texts]): [string, string[]][] => {
      const present = new Set(other.get(name));
      const missing = texts.filter((text) => !present.has(text));
      return missing.length === 0 ? [] : [[name, missing]];
    });
  return { gone: new Map(missingFrom(before, after)), added: new Map(missingFrom(after, before)) };
}
