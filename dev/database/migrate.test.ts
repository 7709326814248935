import { randomUUID } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { afterEach, beforeEach, expect, it } from "vitest";
import { bootstrapDatabase, createDatabase, databaseUrl, dropDatabase } from "../stack/databases.ts";
import { testCluster } from "../testing/test-cluster.ts";
import { migrate } from "./migrate.ts";

let name: string;
let client: pg.Client;
let chapters: string;
beforeEach(async () => {
  name = `test_${randomUUID().replaceAll("-", "")}`;
  await createDatabase(testCluster(), name);
  await bootstrapDatabase(testCluster(), name);
  client = new pg.Client({ connectionString: databaseUrl(testCluster(), name) });
  await client.connect();
  chapters = await mkdtemp(join(tmpdir(), "hatchery-chapters-"));
});
afterEach(async () => {
  await client.end();
  await dropDatabase(testCluster(), name);
  await rm(chapters, { recursive: true });
});

const url = () => databaseUrl(testCluster(), name);
const tableExists = async (table: string) => {
  const { rows } = await client.query("select to_regclass($1) is not null as exists", [table]);
  return rows[0].exists;
};

it("applies each chapter once, in order", async () => {
  await writeFile(join(chapters, "1_first.sql"), "create table public.first (n int)");
  await writeFile(join(chapters, "2_second.sql"), "alter table public.first add column m int");
  expect(await migrate(url(), { directory: chapters })).toEqual(["1_first.sql", "2_second.sql"]);
  expect(await migrate(url(), { directory: chapters })).toEqual([]);
});

it("a chapter that fails leaves nothing behind, says why, and can be mended", async () => {
  await writeFile(join(chapters, "1_first.sql"), "create table public.first (n int)");
  await writeFile(join(chapters, "2_second.sql"), "create table public.second (n int); select 1 / 0");
  await expect(migrate(url(), { directory: chapters })).rejects.toThrow(
    "2_second.sql was not applied, and nothing of it remains: division by zero",
  );
  expect([await tableExists("public.first"), await tableExists("public.second")]).toEqual([true, false]);
  await writeFile(join(chapters, "2_second.sql"), "create table public.second (n int)");
  expect(await migrate(url(), { directory: chapters })).toEqual(["2_second.sql"]);
});

it("a chapter that was edited after it was applied is refused", async () => {
  await writeFile(join(chapters, "1_first.sql"), "create table public.first (n int)");
  await migrate(url(), { directory: chapters });
  await writeFile(join(chapters, "1_first.sql"), "create table public.first (n bigint)");
  await expect(migrate(url(), { directory: chapters })).rejects.toThrow("1_first.sql was edited after it was applied");
});

it("two migrators at once apply every chapter once", async () => {
  const applied = await Promise.all([migrate(url()), migrate(url())]);
  expect(applied.map((names) => names.length).sort((a, b) => a - b)[0]).toBe(0);
  expect(await migrate(url())).toEqual([]);
});

it("a chapter waits 5 s for a lock and runs for a minute, unless told otherwise", async () => {
  await writeFile(
    join(chapters, "1_first.sql"),
    "create table public.first as select current_setting('lock_timeout') as lock, current_setting('statement_timeout') as statement",
  );
  await migrate(url(), { directory: chapters });
  expect((await client.query("select * from public.first")).rows).toEqual([{ lock: "5s", statement: "1min" }]);

  await writeFile(join(chapters, "2_second.sql"), "create table public.second (n int); select pg_sleep(60)");
  await expect(migrate(url(), { directory: chapters, statementSeconds: 0.2 })).rejects.toThrow(
    "2_second.sql was not applied, and nothing of it remains: canceling statement due to statement timeout",
  );
  expect(await tableExists("public.second")).toBe(false);
});
