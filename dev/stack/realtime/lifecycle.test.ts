import { beforeAll, expect, test, vi } from "vitest";
import { startRealtime } from "./index.ts";
import { startBackend, type TestBackend } from "./test-backend.ts";
import { listen, patience } from "./test-listener.ts";

const schema = `
  create table public.tasks (id int primary key, status text);
  grant select on public.tasks to anon;
  alter publication supabase_realtime add table public.tasks;
`;
const slots = "select database from pg_replication_slots order by database";
const connections = "select query from pg_stat_activity where application_name = 'realtime' and datname = 'other'";

let backend: TestBackend;
beforeAll(async () => {
  backend = await startBackend(schema);
  return () => backend.stop();
});

test("a client whose socket was cut rejoins by itself and hears what comes after", async () => {
  const listener = await listen(await backend.client(), "cut", { table: "tasks" });
  backend.cutSockets();
  await vi.waitFor(() => expect(listener.systems).toHaveLength(2), patience);
  expect(listener.statuses).toEqual(["SUBSCRIBED", "CHANNEL_ERROR", "SUBSCRIBED"]);
  await backend.sql("insert into tasks values (1, 'queued')");
  const [inserted] = await listener.atLeast(1);
  expect(inserted?.new).toEqual({ id: 1, status: "queued" });
});

test("after a restart of Postgres changes flow again, and the client is told from when", async () => {
  const listener = await listen(await backend.client(), "restart", { table: "tasks" });
  await backend.restartPostgres();
  await vi.waitFor(() => expect(listener.systems.length).toBeGreaterThan(1), patience);
  expect(listener.systems.at(-1)).toMatchObject({ status: "ok", message: "Subscribed to PostgreSQL" });
  expect(listener.statuses).toEqual(["SUBSCRIBED"]);
  expect(backend.troubles).not.toEqual([]);
  await backend.sql("insert into tasks values (2, 'queued')");
  const [inserted] = await listener.atLeast(1);
  expect(inserted?.new).toEqual({ id: 2, status: "queued" });
});

test("a replication connection ended by an administrator comes back", async () => {
  const listener = await listen(await backend.client(), "terminated", { table: "tasks" });
  await backend.sql("select pg_terminate_backend(active_pid) from pg_replication_slots");
  await vi.waitFor(() => expect(listener.systems).toHaveLength(2), patience);
  await backend.sql("insert into tasks values (3, 'queued')");
  const [inserted] = await listener.atLeast(1);
  expect(inserted?.new).toEqual({ id: 3, status: "queued" });
});

test("a channel that was left hears nothing more, and its topic can be joined again", async () => {
  const client = await backend.client();
  const left = await listen(client, "again", { table: "tasks" });
  await client.removeAllChannels();
  expect(left.statuses).toEqual(["SUBSCRIBED", "CLOSED"]);
  const joined = await listen(client, "again", { table: "tasks" });
  await backend.sql("insert into tasks values (4, 'queued')");
  expect(await joined.atLeast(1)).toMatchObject([{ new: { id: 4 } }]);
  expect(left.changes).toEqual([]);
});

test("a second server on another database of the cluster leaves the first alone, and nothing behind", async () => {
  await backend.sql("create database other");
  const options = { databaseUrl: backend.databaseUrl.replace(/postgres$/, "other"), jwtSecret: "not used here" };
  await expect(startRealtime(options)).rejects.toThrow("Publication supabase_realtime does not exist");

  await backend.sql(
    schema.replace("alter publication supabase_realtime add", "create publication supabase_realtime for"),
    "other",
  );
  const listener = await listen(await backend.client(), "first", { table: "tasks" });
  const second = await startRealtime(options);
  expect(await backend.sql(slots)).toEqual([{ database: "other" }, { database: "postgres" }]);
  await backend.sql("insert into tasks values (5, 'of the other')", "other");
  await backend.sql("insert into tasks values (6, 'of the first')");
  expect(await listener.atLeast(1)).toMatchObject([{ new: { id: 6 } }]);

  await second.stop();
  await vi.waitFor(async () => expect(await backend.sql(slots)).toEqual([{ database: "postgres" }]), patience);
  await vi.waitFor(async () => expect(await backend.sql(connections)).toEqual([]), patience);
});

test("a change that cannot be read any more drops the connection, and the next one is heard", async () => {
  const listener = await listen(await backend.client(), "renamed", { table: "tasks" });
  await backend.sql("begin; insert into tasks values (7, 'lost'); alter table tasks rename to jobs; commit");
  await vi.waitFor(() => expect(listener.systems.at(-1)).toMatchObject({ status: "error" }), patience);
  await backend.sql("alter table jobs rename to tasks");
  const again = await listen(await backend.client(), "renamed back", { table: "tasks" });
  await backend.sql("insert into tasks values (8, 'heard')");
  expect(await again.atLeast(1)).toMatchObject([{ new: { id: 8 } }]);
});
