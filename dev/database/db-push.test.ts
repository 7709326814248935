import { cp, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { afterEach, beforeEach, expect, test } from "vitest";
import { migrate } from "./migrate.ts";
import { readCatalog } from "./shapes/catalog.ts";
import { createShape, type ShapeDatabase } from "./shapes/shape-database.ts";
import { findSupabaseCli } from "./supabase-cli.ts";

const SUPABASE = fileURLToPath(new URL("../../supabase", import.meta.url));
const PATIENCE = { timeout: 90_000 };

/** The checkout that is pushed from. */
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "hatchery-push-"));
  await cp(join(SUPABASE, "migrations"), join(folder, "supabase", "migrations"), { recursive: true });
  await cp(join(SUPABASE, "config.toml"), join(folder, "supabase", "config.toml"));
});
afterEach(() => rm(folder, { recursive: true }));

const push = ({ url }: ShapeDatabase) =>
  execa(findSupabaseCli(), ["db", "push", "--yes", "--db-url", `${url}?sslmode=disable`], {
    cwd: folder,
    env: { HOME: folder },
    reject: false,
    all: true,
  });

/** But for what each of the two notes down for itself, and for the names of the databases' owners. */
async function catalogOf(database: ShapeDatabase) {
  const [{ me = "" } = {}] = await database.query(
    "select pg_get_userbyid(datdba) as me from pg_database where datname = current_database()",
  );
  const entries = Object.entries(await readCatalog(database))
    .filter(([thing]) => !/supabase_migrations|hatchery_migrations/.test(thing))
    .map(([thing, facts]) => [thing, facts].map((words) => words?.replaceAll(String(me), "owner")));
  return Object.fromEntries(entries);
}

test(
  "supabase db push makes what our own migrations make, and a second one finds nothing to do",
  PATIENCE,
  async () => {
    await using ours = await createShape("empty");
    await using theirs = await createShape("empty");
    await migrate(ours.url);
    expect(await push(theirs)).toMatchObject({ exitCode: 0 });
    expect(await catalogOf(theirs)).toEqual(await catalogOf(ours));
    expect((await push(theirs)).all).toContain("Remote database is up to date");
  },
);

test("of a chapter that fails under supabase db push nothing remains, and those before it stay", PATIENCE, async () => {
  const last = "create table public.half_done (); select 1 / 0;";
  await writeFile(join(folder, "supabase", "migrations", "29990101000000_last.sql"), last);
  await using database = await createShape("empty");
  const { exitCode, all } = await push(database);
  expect(exitCode).toBe(1);
  expect(all).toContain("division by zero");
  expect(
    await database.query(
      "select to_regclass('public.half_done') as half, to_regclass('public.executors')::text as whole",
    ),
  ).toEqual([{ half: null, whole: "executors" }]);
});
