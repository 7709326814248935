import { once } from "node:events";
import { get } from "node:http";
import { beforeAll, expect, test, vi } from "vitest";
import { publishableKey, startBackend, type TestBackend } from "./test-backend.ts";
import { listen, patience } from "./test-listener.ts";

const schema = `
  create table public.notes (id int primary key, owner text, body text, secret text);
  alter table public.notes enable row level security;
  create policy notes_select_owner on public.notes for select to authenticated
    using (owner = current_setting('request.jwt.claims', true)::json ->> 'sub');
  create policy notes_select_service on public.notes for select to service_role using (true);
  grant select (id, owner, body) on public.notes to authenticated;
  grant select on public.notes to service_role;

  create table public.broken (id int primary key);
  alter table public.broken enable row level security;
  create policy broken_select on public.broken for select to authenticated using (1 / (id - id) = 1);
  grant select on public.broken to authenticated;

  create table public.unpublished (id int primary key);
  grant select on public.unpublished to authenticated;
  alter publication supabase_realtime add table public.notes, public.broken;
`;

let backend: TestBackend;
beforeAll(async () => {
  backend = await startBackend(schema);
  return () => backend.stop();
});

const signedIn = (sub: string) => backend.client({ accessToken: () => backend.token({ role: "authenticated", sub }) });

test("a row hidden by row security is not delivered, a visible one is, without the columns out of reach", async () => {
  const ann = await listen(await signedIn("ann"), "notes", { table: "notes" });
  await backend.sql("insert into notes values (1, 'bob', 'not for ann', 's'), (2, 'ann', 'for ann', 's')");
  const [first] = await ann.atLeast(1);
  expect(first?.new).toEqual({ id: 2, owner: "ann", body: "for ann" });
});

test("a row that is not visible yet when its commit is in the log is delivered all the same", async () => {
  const ann = await listen(await signedIn("ann"), "early", { table: "notes", filter: "id=eq.10" });
  await backend.sql("alter system set synchronous_standby_names = 'nobody'");
  await backend.sql("select pg_reload_conf()");
  const insert = backend.sql("insert into notes values (10, 'ann', 'for ann', 's')");
  const waiting = "select 1 from pg_stat_activity where wait_event = 'SyncRep'";
  await vi.waitFor(async () => expect(await backend.sql(waiting)).toHaveLength(1), patience);
  const asking =
    "select 1 from pg_stat_activity where query like '%pg_visible_in_snapshot%' and pid <> pg_backend_pid()";
  await vi.waitFor(async () => expect(await backend.sql(asking)).not.toEqual([]), patience);
  await backend.sql("alter system reset synchronous_standby_names");
  await backend.sql("select pg_reload_conf()");
  await insert;
  expect(await ann.atLeast(1)).toMatchObject([{ new: { id: 10 } }]);
});

test("a delete reaches who could not see the row, with the key alone", async () => {
  await backend.sql("insert into notes values (3, 'bob', 'gone soon', 's')");
  const ann = await listen(await signedIn("ann"), "deletes", { table: "notes", event: "DELETE" });
  await backend.sql("delete from notes where id = 3");
  const [deleted] = await ann.atLeast(1);
  expect(deleted?.old).toEqual({ id: 3 });
});

test("the service role sees every row and column", async () => {
  const service = await backend.client({ accessToken: () => backend.token({ role: "service_role" }) });
  const listener = await listen(service, "service", { table: "notes", filter: "id=eq.4" });
  await backend.sql("insert into notes values (4, 'bob', 'any', 'hush')");
  const [inserted] = await listener.atLeast(1);
  expect(inserted?.new).toEqual({ id: 4, owner: "bob", body: "any", secret: "hush" });
});

test("a role without the right to the key is told so instead of the row", async () => {
  const anonymous = await listen(await backend.client(), "anonymous", { table: "notes" });
  await backend.sql("insert into notes values (5, 'bob', 'b', 's')");
  const [change] = await anonymous.atLeast(1);
  expect(change).toMatchObject({ new: {}, errors: ["Error 401: Unauthorized"] });
});

test("a policy that fails is told of instead of the row", async () => {
  const ann = await listen(await signedIn("ann"), "broken", { table: "broken" });
  await backend.sql("insert into broken values (1)");
  const [change] = await ann.atLeast(1);
  expect(change).toMatchObject({ new: {}, errors: [expect.stringContaining("Error 500")] });
});

test("a refreshed token counts from the next change on", async () => {
  let sub = "ann";
  const client = await backend.client({ accessToken: () => backend.token({ role: "authenticated", sub }) });
  const listener = await listen(client, "refreshed", { table: "notes" });
  sub = "bob";
  await client.realtime.setAuth();
  await vi.waitFor(() => expect(listener.systems).toHaveLength(2), patience);
  await backend.sql("insert into notes values (6, 'ann', 'too late', 's'), (7, 'bob', 'in time', 's')");
  const [first] = await listener.atLeast(1);
  expect(first?.new).toMatchObject({ id: 7 });
});

test("a token that ends closes the channel with the reason", async () => {
  const accessToken = () => backend.token({ role: "authenticated", sub: "ann" }, 6);
  const listener = await listen(await backend.client({ accessToken }), "short", { table: "notes" });
  await vi.waitFor(() => expect(listener.statuses).toEqual(["SUBSCRIBED", "CLOSED"]), patience);
  expect(listener.systems.at(-1)).toMatchObject({
    extension: "system",
    status: "error",
    message: expect.stringMatching(/^Token has expired \d+ seconds ago$/),
  });
});

test.each([
  ["outside the publication", { table: "unpublished" }, "Please check Realtime is enabled"],
  ["that does not exist", { table: "nowhere" }, "Please check Realtime is enabled"],
  [
    "with a filter on a column out of reach",
    { table: "notes", filter: "secret=eq.s" },
    "invalid column for filter secret",
  ],
  ["with a value that does not fit the filter's column", { table: "notes", filter: "id=eq.one" }, 'integer: "one"'],
  ["with an operator that does not exist", { table: "notes", filter: "id=foo.1" }, "Error parsing `filter` params"],
])("a table %s: subscribed, a system error, and no event of the whole channel", async (name, wanted, reason) => {
  const refused = await listen(await signedIn("ann"), `refused ${name}`, wanted, { table: "notes", event: "INSERT" });
  expect(refused.statuses).toEqual(["SUBSCRIBED"]);
  expect(refused.systems).toMatchObject([{ extension: "postgres_changes", status: "error" }]);
  expect(refused.systems[0]?.message).toContain(reason);

  const witness = await listen(await signedIn("ann"), "witness", { table: "notes" });
  await backend.sql("insert into unpublished values (1) on conflict do nothing");
  await backend.sql("delete from notes where id = 8; insert into notes values (8, 'ann', 'seen by the witness', 's')");
  await vi.waitFor(() => expect(witness.changes.at(-1)?.new).toMatchObject({ id: 8 }), patience);
  expect(refused.changes).toEqual([]);
});

test("a token signed with another secret is refused at the join", async () => {
  const [header, payload] = (await backend.token({ role: "authenticated" })).split(".");
  const forged = await backend.client({ accessToken: async () => `${header}.${payload}.${"A".repeat(43)}` });
  const reasons: (string | undefined)[] = [];
  forged.channel("forged").subscribe((_status, error) => reasons.push(error?.message));
  await vi.waitFor(() => expect(reasons).toContain("JwtSignatureError: Failed to validate JWT signature"), patience);
});

test("an api key that is no good is refused at the door", async () => {
  const headers = {
    connection: "Upgrade",
    upgrade: "websocket",
    "sec-websocket-version": "13",
    "sec-websocket-key": "AAAAAAAAAAAAAAAAAAAAAA==",
  };
  const request = get(`${backend.url}/realtime/v1/websocket?apikey=nonsense&vsn=2.0.0`, { headers });
  const [response] = await once(request, "response");
  expect(response).toMatchObject({ statusCode: 403 });
});

test.each([
  ["an api key that is no JWT", { key: publishableKey }],
  ["the older frames", { vsn: "1.0.0" as const }],
])("a client with %s is served too", async (name, options) => {
  const listener = await listen(await backend.client(options), name, { table: "notes", event: "DELETE" });
  await backend.sql("insert into notes values (9, 'bob', 'b', 's'); delete from notes where id = 9");
  expect(await listener.atLeast(1)).toMatchObject([{ eventType: "DELETE" }]);
});
