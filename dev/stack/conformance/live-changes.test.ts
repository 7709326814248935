import { randomUUID } from "node:crypto";
import { createClient, type SupabaseClient } from "@supabase/supabase-js";
import { SignJWT } from "jose";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { listen } from "../realtime/test-listener.ts";
import { startTestStack, type TestStack } from "../test-stack.ts";

const schema = `
  create table letters (
    id int primary key, kind text not null, owner uuid, weight int not null default 0, body text not null default ''
  );
  alter table letters enable row level security;
  grant select on letters to anon, authenticated;
  grant all on letters to service_role;
  create policy letters_select_anyone on letters for select to anon, authenticated using (owner is null);
  create policy letters_select_owner on letters for select to authenticated using (owner = (select auth.uid()));
  create table drafts (id int primary key);
  grant select on drafts to anon;
  alter publication supabase_realtime add table letters;`;

const account = (name: string) => ({ email: `${name}@example.com`, password: "correct horse" });
/** As many seconds as a slow machine may need for what the hosted Realtime does in three. */
const patience = { timeout: 30_000, interval: 20 };

// Each test waits most of its time for Realtime to settle, so they wait together; each looks at its own kind of letter.
describe.each(["immediate", "realistic"] as const)("postgres_changes, %s Realtime", { timeout: 90_000 }, (realtime) => {
  let stack: TestStack;
  let writer: SupabaseClient;
  let lastId = 0;
  const clients: SupabaseClient[] = [];
  beforeAll(async () => {
    stack = await startTestStack(schema, { realtime });
    writer = stack.client(stack.secretKey);
    for (const name of ["ann", "bob"]) await stack.auth.createUser(account(name));
  });
  afterAll(async () => {
    await Promise.all(clients.map((client) => client.removeAllChannels()));
    await stack.stop();
  });

  const client = (): SupabaseClient => {
    const made = stack.client();
    clients.push(made);
    return made;
  };
  async function signedIn(name: string) {
    const made = client();
    const { data, error } = await made.auth.signInWithPassword(account(name));
    if (error !== null) throw error;
    return { client: made, id: data.user.id };
  }
  /** Writes a letter through the gateway, and answers its id. */
  async function send(kind: string, values: object = {}): Promise<number> {
    lastId += 1;
    const id = lastId;
    await writer
      .from("letters")
      .insert({ id, kind, ...values })
      .throwOnError();
    return id;
  }
  const ofKind = (kind: string) => ({ table: "letters", filter: `kind=eq.${kind}` });

  test.concurrent("an insert and an update arrive as PostgREST shows the row, a delete with the key alone", async () => {
    const listener = await listen(client(), "life", { table: "letters" });
    // One by one: a row that is gone when Realtime looks at it is shown to nobody.
    const nth = (count: number) =>
      vi.waitFor(() => {
        const own = listener.changes.filter(({ new: now, old }) => ({ ...old, ...now })["id"] === id);
        expect(own).toHaveLength(count);
        return own.at(-1);
      }, patience);
    const id = await send("life", { body: "Dear Ann" });
    const inserted = await nth(1);
    await writer.from("letters").update({ weight: 7 }).eq("id", id).throwOnError();
    const updated = await nth(2);
    const { data: row } = await writer.from("letters").select().eq("id", id).single();
    await writer.from("letters").delete().eq("id", id).throwOnError();
    const deleted = await nth(3);
    expect(inserted).toMatchObject({
      eventType: "INSERT",
      schema: "public",
      table: "letters",
      old: {},
      errors: null,
    });
    expect(inserted?.new).toEqual({ id, kind: "life", owner: null, weight: 0, body: "Dear Ann" });
    expect(updated).toMatchObject({ eventType: "UPDATE", new: row, old: { id } });
    expect(deleted).toMatchObject({ eventType: "DELETE", new: {}, old: { id } });
    expect(Object.keys(deleted?.old ?? {})).toEqual(["id"]);
  });

  test.concurrent("each filter lets through its own rows only", async () => {
    const filters = ["eq.5", "neq.7", "gt.5", "gte.5", "lt.5", "lte.5", "in.(3,7)"];
    const heard = new Map<string, number[]>(filters.map((filter) => [filter, []]));
    const channel = client().channel("filters");
    for (const filter of filters) {
      channel.on(
        "postgres_changes",
        { event: "INSERT", schema: "public", table: "letters", filter: `weight=${filter}` },
        ({ new: row }) => row["kind"] === "filters" && heard.get(filter)?.push(row["weight"]),
      );
    }
    let isFlowing = false;
    channel.on("system", {}, ({ status }) => {
      isFlowing = status === "ok";
    });
    channel.subscribe();
    await vi.waitFor(() => expect(isFlowing).toBe(true), patience);
    for (const weight of [3, 5, 7, 9]) await send("filters", { weight });
    const expected = {
      "eq.5": [5],
      "neq.7": [3, 5, 9],
      "gt.5": [7, 9],
      "gte.5": [5, 7, 9],
      "lt.5": [3],
      "lte.5": [3, 5],
      "in.(3,7)": [3, 7],
    };
    // The last row is heard by three of them: what they were not sent before it never comes.
    await vi.waitFor(() => expect(Object.fromEntries(heard)).toEqual(expected), patience);
  });

  test.concurrent("a row that policies hide reaches nobody who may not read it", async () => {
    const [ann, bob] = await Promise.all([signedIn("ann"), signedIn("bob")]);
    const [annHears, bobHears, anyoneHears] = await Promise.all(
      [ann.client, bob.client, client()].map((each) => listen(each, "hidden", ofKind("hidden"))),
    );
    await send("hidden", { owner: ann.id, body: "for Ann" });
    await send("hidden", { owner: bob.id, body: "for Bob" });
    await send("hidden", { body: "for all" });
    const bodies = [annHears, bobHears, anyoneHears].map(
      (listener) => () => listener?.changes.map(({ new: row }) => ("body" in row ? row["body"] : undefined)),
    );
    await vi.waitFor(() => {
      expect(bodies.map((read) => read())).toEqual([["for Ann", "for all"], ["for Bob", "for all"], ["for all"]]);
    }, patience);
  });

  test.concurrent("a table outside the publication: SUBSCRIBED, a system error, and nothing from the whole channel", async () => {
    const refused = await listen(client(), "outside", { table: "drafts" }, ofKind("outside"));
    expect(refused.statuses).toEqual(["SUBSCRIBED"]);
    expect(refused.systems[0]).toMatchObject({ extension: "postgres_changes", status: "error" });
    const witness = await listen(client(), "witness", ofKind("outside"));
    await send("outside");
    await witness.atLeast(1);
    expect(refused.changes).toEqual([]);
  });

  test.concurrent("a row of just under 1 MiB arrives whole, a larger one with an error in place of its large values", async () => {
    const listener = await listen(client(), "large", ofKind("large"));
    await send("large", { body: "x".repeat(1_000_000) });
    await send("large", { body: "y".repeat(1_100_000) });
    const [whole, cut] = await listener.atLeast(2);
    expect(whole).toMatchObject({ errors: null, new: { body: "x".repeat(1_000_000) } });
    expect(cut).toMatchObject({ errors: ["Error 413: Payload Too Large"], new: { kind: "large" } });
    expect(cut?.new).not.toHaveProperty("body");
  });

  test.concurrent("a refreshed session goes on listening, and another person's session listens with their eyes", async () => {
    const ann = await signedIn("ann");
    const bob = await signedIn("bob");
    const listener = await listen(ann.client, "session", ofKind("session"));
    const told = async (count: number) => vi.waitFor(() => expect(listener.systems).toHaveLength(count), patience);

    // Within the second of its sign-in the refreshed token would be the same one.
    const { data } = await ann.client.auth.getSession();
    await vi.waitFor(async () => {
      const refreshed = await ann.client.auth.refreshSession();
      expect(refreshed.data.session?.access_token).not.toBe(data.session?.access_token);
    }, patience);
    await told(2);
    await send("session", { owner: ann.id, body: "after the refresh" });
    await listener.atLeast(1);

    const { data: handedOver } = await bob.client.auth.getSession();
    if (handedOver.session === null) throw new Error("Bob is not signed in");
    await ann.client.auth.setSession(handedOver.session);
    await told(3);
    await send("session", { owner: ann.id, body: "not seen any more" });
    await send("session", { owner: bob.id, body: "for the new eyes" });
    const changes = await listener.atLeast(2);
    expect(changes.map(({ new: row }) => ("body" in row ? row["body"] : undefined))).toEqual([
      "after the refresh",
      "for the new eyes",
    ]);
    expect(listener.statuses).toEqual(["SUBSCRIBED"]);
  });

  test.concurrent("a token that ends closes the channel for good", async () => {
    const token = await new SignJWT({ role: "authenticated", sub: randomUUID() })
      .setProtectedHeader({ alg: "HS256", typ: "JWT" })
      .setExpirationTime(Math.floor(Date.now() / 1000) + 8)
      .sign(new TextEncoder().encode(stack.jwtSecret));
    const short = createClient(stack.apiUrl, stack.publishableKey, { accessToken: () => Promise.resolve(token) });
    await short.realtime.setAuth();
    const listener = await listen(short, "short", ofKind("short"));
    await vi.waitFor(() => expect(listener.statuses).toEqual(["SUBSCRIBED", "CLOSED"]), patience);
    expect(listener.systems.at(-1)).toMatchObject({
      status: "error",
      message: expect.stringContaining("Token has expired"),
    });
    expect(short.getChannels()).toEqual([]);
  });
});
