import { randomUUID } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { afterEach, beforeEach, expect, it } from "vitest";
import { bootstrapDatabase, createDatabase, databaseUrl, dropDatabase } from "../stack/databases.ts";
import { testCluster } from "../testing/test-cluster.ts";
import { migrate } from "./migrate.ts";
import { withOldDefaultPrivileges } from "./old-default-privileges.ts";

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
  expect(await migrate(url(), chapters)).toEqual(["1_first.sql", "2_second.sql"]);
  expect(await migrate(url(), chapters)).toEqual([]);
});

it("a chapter that fails leaves nothing behind, says why, and can be mended", async () => {
  await writeFile(join(chapters, "1_first.sql"), "create table public.first (n int)");
  await writeFile(join(chapters, "2_second.sql"), "create table public.second (n int); select 1 / 0");
  await expect(migrate(url(), chapters)).rejects.toThrow(
    "2_second.sql was not applied, and nothing of it remains: division by zero",
  );
  expect([await tableExists("public.first"), await tableExists("public.second")]).toEqual([true, false]);
  await writeFile(join(chapters, "2_second.sql"), "create table public.second (n int)");
  expect(await migrate(url(), chapters)).toEqual(["2_second.sql"]);
});

it("a chapter that was edited after it was applied is refused", async () => {
  await writeFile(join(chapters, "1_first.sql"), "create table public.first (n int)");
  await migrate(url(), chapters);
  await writeFile(join(chapters, "1_first.sql"), "create table public.first (n bigint)");
  await expect(migrate(url(), chapters)).rejects.toThrow("1_first.sql was edited after it was applied");
});

it("two migrators at once apply every chapter once", async () => {
  const applied = await Promise.all([migrate(url()), migrate(url())]);
  expect(applied.map((names) => names.length).sort((a, b) => a - b)[0]).toBe(0);
  expect(await migrate(url())).toEqual([]);
});

it("applies to a database that already holds the tables, keeps its rows, and expires what waited for the old worker", async () => {
  await withOldDefaultPrivileges(url());
  await client.query(`
    create table public.projects (id text primary key, name text not null, workspace_path text, created_at timestamptz not null default now(), tag text);
    create table public.agents (
      id uuid primary key default gen_random_uuid(), project_id text not null references public.projects on delete cascade,
      agent_key text not null, name text not null, role text, emoji text, color text, created_at timestamptz not null default now(),
      agent_id_short text, workspace_path text, provisioned boolean not null default false, purpose_text text, description text,
      unique (project_id, agent_key));
    create table public.agent_provision_requests (
      id uuid primary key default gen_random_uuid(), project_id text not null, agent_key text, agent_id_short text,
      display_name text not null, emoji text, role_short text, status text not null default 'queued', result jsonb,
      requested_at timestamptz not null default now(), picked_up_at timestamptz, completed_at timestamptz);
    alter table public.agents enable row level security;
    create policy "all of it" on public.agents for all to authenticated using (true) with check (true);
    insert into public.projects (id, name) values ('front-office', 'Front Office');
    insert into public.agents (project_id, agent_key, name, emoji, provisioned) values ('front-office', 'agent:main:main', 'Trunks', '⚡', true);
    insert into public.agent_provision_requests (project_id, agent_key, agent_id_short, display_name, emoji) values
      ('front-office', 'agent:ricky:main', 'ricky', 'Ricky', '🦊');
  `);
  await migrate(url());
  const { rows } = await client.query(
    `select name, agents.emoji, provisioned, r.status, r.result ->> 'code' as code from public.agents, public.agent_provision_requests as r`,
  );
  expect(rows).toEqual([{ name: "Trunks", emoji: "⚡", provisioned: true, status: "error", code: "expired" }]);
  const { rows: policies } = await client.query("select policyname from pg_policies where tablename = 'agents'");
  expect(policies).toEqual([{ policyname: "all of it" }]);
});
