import { execa } from "execa";
import { beforeAll, expect, test, vi } from "vitest";
import { realistic } from "./pace.ts";
import { startBackend, type TestBackend } from "./test-backend.ts";
import { makeHeldPolls } from "./test-held-polls.ts";
import { listen, patience, subscribe } from "./test-listener.ts";

const schema = `
  create table public.notes (id int primary key, status text, body text);
  alter table public.notes alter column body set storage external;
  grant select on public.notes to anon, authenticated;
  alter publication supabase_realtime add table public.notes;
`;

vi.setConfig({ testTimeout: 60_000 });
const polls = makeHeldPolls(realistic);
let backend: TestBackend;
beforeAll(async () => {
  backend = await startBackend(schema, polls.pace);
  return () => backend.stop();
});

const insert = (id: number) => backend.sql(`insert into notes values (${id})`);

test("a subscription counts 1 to 3 s after SUBSCRIBED, and what was committed in between never arrives", async () => {
  const notes = subscribe(await backend.client(), "gap", { table: "notes" });
  await vi.waitFor(() => expect(notes.statuses).toEqual(["SUBSCRIBED"]), patience);
  const subscribedAt = performance.now();
  await insert(1);
  await vi.waitFor(() => expect(notes.systems).toMatchObject([{ status: "ok" }]), patience);
  expect(performance.now() - subscribedAt).toBeGreaterThan(950);
  // How much later it is here is the machine's business.
  for (let time = 0; time < 100; time += 1) expect(realistic.settleMs()).toBeLessThanOrEqual(3_000);
  await insert(2);
  expect(await notes.atLeast(1)).toMatchObject([{ new: { id: 2 } }]);
});

test("changes of separate transactions arrive together, in the order of their commits", async () => {
  const notes = await listen(await backend.client(), "polled", { table: "notes", event: "INSERT" });
  using held = polls.hold();
  await insert(10);
  await held.begun;
  for (const id of [13, 11, 12]) await insert(id);
  await held.waitsFor("id", "12");
  held.release();
  const [, ...together] = await notes.atLeast(4);
  expect(together).toMatchObject([{ new: { id: 13 } }, { new: { id: 11 } }, { new: { id: 12 } }]);
  const lastCommit = Date.parse(together.at(-1)?.commit_timestamp ?? "");
  expect(notes.arrivals[1]).toBeGreaterThanOrEqual(lastCommit);
});

test("an update lacks the large value that it left alone, and a delete has only the key", async () => {
  await backend.sql("insert into notes values (20, 'new', repeat('z', 100000))");
  const notes = await listen(await backend.client(), "toast", { table: "notes", filter: "id=eq.20" });
  await backend.sql("update notes set status = 'old' where id = 20");
  await backend.sql("delete from notes where id = 20");
  const [updated, deleted] = await notes.atLeast(2);
  expect(updated?.new).toEqual({ id: 20, status: "old" });
  expect(deleted).toMatchObject({ eventType: "DELETE", new: {} });
  expect(deleted?.old).toEqual({ id: 20 });
});

test("sockets that are cut come back by themselves, and nothing that was missed is sent again", async () => {
  const notes = await listen(await backend.client(), "cut", { table: "notes" });
  backend.cutSockets();
  await insert(30);
  await vi.waitFor(() => expect(notes.systems).toHaveLength(2), patience);
  expect(notes.statuses).toEqual(["SUBSCRIBED", "CHANNEL_ERROR", "SUBSCRIBED"]);
  await insert(31);
  expect(await notes.atLeast(1)).toMatchObject([{ new: { id: 31 } }]);
});

test("a token that ends closes its channel for good", async () => {
  const accessToken = () => backend.token({ role: "authenticated" }, 10);
  const short = await listen(await backend.client({ accessToken }), "short", { table: "notes" });
  const witness = await listen(await backend.client(), "witness", { table: "notes" });
  await vi.waitFor(() => expect(short.statuses).toEqual(["SUBSCRIBED", "CLOSED"]), patience);
  expect(short.systems).toMatchObject([
    { status: "ok" },
    { status: "error", message: expect.stringMatching(/^Token has expired/) },
  ]);
  await insert(40);
  await witness.atLeast(1);
  expect(short.changes).toEqual([]);
  expect(short.statuses).toEqual(["SUBSCRIBED", "CLOSED"]);
});

test("a newer token counts after its own 1 to 3 s; until then changes are seen with the older one's eyes", async () => {
  let role = "authenticated";
  const client = await backend.client({ accessToken: () => backend.token({ role }) });
  const notes = await listen(client, "refreshed", { table: "notes" });
  role = "service_role";
  await client.realtime.setAuth();
  await insert(50);
  expect(await notes.atLeast(1)).toMatchObject([{ new: { id: 50 }, errors: null }]);
  expect(notes.systems).toHaveLength(1);
  // This role has no right to the table.
  await vi.waitFor(() => expect(notes.systems).toHaveLength(2), patience);
  await insert(51);
  expect((await notes.atLeast(2))[1]).toMatchObject({ new: {}, errors: ["Error 401: Unauthorized"] });
});

test("a Realtime that is stopped while a subscription settles and a poll is due leaves nothing running", async () => {
  const source = (name: string) => JSON.stringify(new URL(name, import.meta.url).href);
  const program = `
    import { once } from "node:events";
    import { realistic } from ${source("./pace.ts")};
    import { startBackend } from ${source("./test-backend.ts")};
    const backend = await startBackend(${JSON.stringify(schema)}, { ...realistic, settleMs: () => 600_000 });
    const key = await backend.token({ role: "anon" });
    const socket = new WebSocket(\`\${backend.url}/realtime/v1/websocket?vsn=2.0.0&apikey=\${key}\`.replace("http", "ws"));
    await once(socket, "open");
    const config = { postgres_changes: [{ event: "*", schema: "public", table: "notes" }] };
    socket.send(JSON.stringify(["1", "1", "realtime:left", "phx_join", { config }]));
    await once(socket, "message");
    await backend.sql("insert into notes values (60)");
    await backend.stop();
    console.log("stopped");`;
  const arguments_ = ["--input-type=module", "--eval", program];
  const { stdout, exitCode } = await execa(process.execPath, arguments_, { timeout: 50_000, reject: false });
  expect({ stdout, exitCode }).toEqual({ stdout: "stopped", exitCode: 0 });
});
