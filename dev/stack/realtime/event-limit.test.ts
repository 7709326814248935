import { beforeAll, expect, test, vi } from "vitest";
import { realistic } from "./pace.ts";
import { startBackend, type TestBackend } from "./test-backend.ts";
import { listen } from "./test-listener.ts";

const schema = `
  create table public.notes (id int primary key);
  grant select on public.notes to anon;
  alter publication supabase_realtime add table public.notes;
`;

let backend: TestBackend;
beforeAll(async () => {
  backend = await startBackend(schema, { ...realistic, settleMs: () => 0, eventsPerSecond: 2 });
  return () => backend.stop();
});

test("after a burst above the limit changes are dropped for all clients, and none of them is told", {
  timeout: 120_000,
}, async () => {
  const loud = await listen(await backend.client(), "loud", { table: "notes", filter: "id=lt.1000" });
  const quiet = await listen(await backend.client(), "quiet", { table: "notes", filter: "id=gte.1000" });
  await backend.sql("insert into notes select generate_series(1, 500)");
  await loud.atLeast(500);

  let id = 1_000;
  const arrives = async () => {
    id += 1;
    await backend.sql(`insert into notes values (${id})`);
    const seen = () => expect(quiet.changes.at(-1)?.new).toEqual({ id });
    return vi.waitFor(seen, { timeout: 5_000 }).then(
      () => true,
      () => false,
    );
  };
  await vi.waitFor(async () => expect(await arrives()).toBe(false), { timeout: 40_000, interval: 0 });
  expect(await arrives()).toBe(false);
  for (const { statuses, systems } of [loud, quiet]) {
    expect(statuses).toEqual(["SUBSCRIBED"]);
    expect(systems).toHaveLength(1);
  }
});
