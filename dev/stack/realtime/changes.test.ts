import { beforeAll, expect, test } from "vitest";
import { startBackend, type TestBackend } from "./test-backend.ts";
import { listen } from "./test-listener.ts";

const schema = `
  create table public.tasks (
    id int primary key, status text not null default 'queued', weight numeric(6, 2), due timestamptz, done_on date,
    tags text[], facts jsonb, note text
  );
  create table public.agents (id uuid primary key default gen_random_uuid(), name text);
  create table public.loose (name text);
  grant select on public.tasks, public.agents, public.loose to anon;
  alter publication supabase_realtime add table public.tasks, public.agents, public.loose;
`;

let backend: TestBackend;
beforeAll(async () => {
  backend = await startBackend(schema);
  return () => backend.stop();
});

test("an insert, an update and a delete arrive in this order, the delete with nothing but the primary key", async () => {
  const listener = await listen(await backend.client(), "all", { table: "tasks" });
  expect(listener.systems).toEqual([
    { extension: "postgres_changes", status: "ok", message: "Subscribed to PostgreSQL", channel: "all" },
  ]);

  await backend.sql("insert into tasks (id, note) values (1, 'first')");
  await backend.sql("update tasks set status = 'running' where id = 1");
  await backend.sql("delete from tasks where id = 1");

  const [inserted, updated, deleted] = await listener.atLeast(3);
  expect(inserted).toMatchObject({ eventType: "INSERT", schema: "public", table: "tasks", errors: null, old: {} });
  expect(inserted?.new).toMatchObject({ id: 1, status: "queued", note: "first" });
  expect(inserted?.commit_timestamp).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  expect(updated).toMatchObject({ eventType: "UPDATE", new: { id: 1, status: "running" }, old: { id: 1 } });
  expect(deleted).toMatchObject({ eventType: "DELETE", new: {}, old: { id: 1 } });
  expect(Object.keys(deleted?.old ?? {})).toEqual(["id"]);
});

test("each update carries the values it wrote, however many followed before it was read", async () => {
  const listener = await listen(await backend.client(), "fast", { table: "tasks", event: "UPDATE" });
  await backend.sql(`
    begin; insert into tasks (id) values (2);
    update tasks set status = 'running' where id = 2; update tasks set status = 'done' where id = 2; commit`);
  const changes = await listener.atLeast(2);
  expect(changes).toMatchObject([{ new: { status: "running" } }, { new: { status: "done" } }]);
});

test("values look as PostgREST shows them", async () => {
  const listener = await listen(await backend.client(), "values", { table: "tasks", event: "INSERT" });
  await backend.sql(`insert into tasks values
    (3, E'tab\\tquote"', 12.50, '2026-03-01 10:00:00+02', '2026-03-01', '{a,"b, c",null}', '{"n": [1, {"x": "é"}]}', null)`);
  const [inserted] = await listener.atLeast(1);
  const rows = await backend.sql("select row_to_json(t) as json from tasks t where id = 3");
  expect(rows).toEqual([{ json: inserted?.new }]);
  expect(inserted?.new).toMatchObject({ weight: 12.5, tags: ["a", "b, c", null], facts: { n: [1, { x: "é" }] } });
});

test("a filter lets only its rows through, compared as the column's type compares", async () => {
  const client = await backend.client();
  const listener = await listen(
    client,
    "filtered",
    { table: "tasks", event: "INSERT", filter: "status=eq.queued" },
    { table: "tasks", event: "UPDATE", filter: "weight=gte.9.5" },
    { table: "tasks", event: "DELETE", filter: "id=in.(11,12)" },
  );
  await backend.sql("insert into tasks (id, status) values (10, 'done'), (11, 'queued')");
  await backend.sql("update tasks set weight = 9 where id = 11");
  await backend.sql("update tasks set weight = 10 where id = 11");
  await backend.sql("delete from tasks where id in (10, 11)");

  const changes = await listener.atLeast(3);
  expect(changes.map(({ eventType, new: row, old }) => [eventType, { ...old, ...row }])).toMatchObject([
    ["INSERT", { id: 11 }],
    ["UPDATE", { id: 11, weight: 10 }],
    ["DELETE", { id: 11 }],
  ]);
});

test("a delete never matches a filter on a column outside the key", async () => {
  const wanted = { table: "tasks", filter: "status=eq.waiting" };
  const listener = await listen(await backend.client(), "no filter on delete", wanted);
  await backend.sql("insert into tasks (id, status) values (13, 'waiting'), (14, 'waiting')");
  await backend.sql("delete from tasks where id = 13");
  await backend.sql("update tasks set note = 'later' where id = 14");
  const changes = await listener.atLeast(3);
  expect(changes.map(({ eventType }) => eventType)).toEqual(["INSERT", "INSERT", "UPDATE"]);
});

test("one channel follows two tables", async () => {
  const listener = await listen(await backend.client(), "two", { table: "tasks" }, { table: "agents" });
  await backend.sql("insert into agents (name) values ('Ricky')");
  await backend.sql("insert into tasks (id) values (20)");
  const changes = await listener.atLeast(2);
  expect(changes.map(({ table }) => table)).toEqual(["agents", "tasks"]);
});

test("a row of just under 1 MiB arrives whole, a larger one without its large values", async () => {
  const listener = await listen(await backend.client(), "large", { table: "tasks", event: "INSERT" });
  await backend.sql("insert into tasks (id, note) values (30, repeat('x', 1048000)), (31, repeat('y', 1048576))");
  const [whole, cut] = await listener.atLeast(2);
  expect(whole?.new).toMatchObject({ id: 30, note: "x".repeat(1_048_000) });
  expect(cut).toMatchObject({ new: { id: 31, status: "queued" }, errors: ["Error 413: Payload Too Large"] });
  expect(cut?.new).not.toHaveProperty("note");
});

test("a large value that an update left alone is not part of the record", async () => {
  await backend.sql("alter table tasks alter column note set storage external");
  await backend.sql("insert into tasks (id, note) values (40, repeat('z', 100000))");
  const listener = await listen(await backend.client(), "toast", { table: "tasks", event: "UPDATE" });
  await backend.sql("update tasks set status = 'done' where id = 40");
  const [updated] = await listener.atLeast(1);
  expect(updated?.new).toMatchObject({ id: 40, status: "done" });
  expect(updated?.new).not.toHaveProperty("note");
});

test("a table without a primary key sends the reason instead of the row", async () => {
  const listener = await listen(await backend.client(), "keyless", { table: "loose" });
  await backend.sql("insert into loose values ('nobody')");
  const [change] = await listener.atLeast(1);
  expect(change).toMatchObject({ new: {}, errors: ["Error 400: Bad Request, no primary key"] });
});
