import { randomUUID } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
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

it("while another migration runs it says so, and ends without having done anything when that one does not end", async () => {
  await writeFile(join(chapters, "1_first.sql"), "create table public.first (n int); lock table public.busy");
  await client.query("create table public.busy (n int)");
  await client.query("begin; lock table public.busy");
  const running = migrate(url(), { directory: chapters, lockSeconds: 60 });
  const waitingPid = "select pid from pg_locks where relation = 'public.busy'::regclass and not granted";
  const pid = await vi.waitFor(async () => {
    const { rows } = await client.query(waitingPid);
    expect(rows).toHaveLength(1);
    return rows[0].pid;
  }, 30_000);

  const said: string[] = [];
  const options = { directory: chapters, lockSeconds: 0.1, onWaiting: (line: string) => said.push(line) };
  await expect(migrate(url(), { ...options, statementSeconds: 0.5 })).rejects.toThrow(
    `Nothing was applied: another migration of this database, process ${pid} of Postgres, has not ended within 0.5 s; try again when it is done`,
  );
  expect(said).toEqual(["Another migration of this database is running; waiting for it, at most 0.5 s"]);

  const patient = migrate(url(), options);
  await vi.waitFor(() => expect(said).toHaveLength(2), 30_000);
  await client.query("commit");
  expect(await running).toEqual(["1_first.sql"]);
  expect(await patient).toEqual([]);
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
