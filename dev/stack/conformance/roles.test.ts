import { createClient, type SupabaseClient } from "@supabase/supabase-js";
import { SignJWT } from "jose";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { TestStack } from "../test-stack.ts";
import { startLibrary } from "./library.ts";

const password = "correct horse";

let stack: TestStack;
let ann: SupabaseClient;
let bob: SupabaseClient;
let ids: { ann: string; bob: string };
beforeAll(async () => {
  stack = await startLibrary();
  const annUser = await stack.auth.createUser({ email: "ann@example.com", password });
  const bobUser = await stack.auth.createUser({ email: "bob@example.com", password });
  ids = { ann: annUser.id, bob: bobUser.id };
  ann = await signIn("ann@example.com");
  bob = await signIn("bob@example.com");
});
afterAll(() => stack.stop());

beforeEach(async () => {
  await stack.sql(`delete from diaries;
    insert into diaries (id, owner, body) values (1, '${ids.ann}', 'of Ann'), (2, '${ids.bob}', 'of Bob')`);
});

async function signIn(email: string): Promise<SupabaseClient> {
  const client = stack.client();
  const { error } = await client.auth.signInWithPassword({ email, password });
  expect(error).toBeNull();
  return client;
}

/** A client whose every request carries this token. */
const bearing = (token: string) =>
  createClient(stack.apiUrl, stack.publishableKey, { accessToken: () => Promise.resolve(token) });

const sign = (role: string, expiresAt: number, secret = stack.jwtSecret) =>
  new SignJWT({ role, sub: ids.ann })
    .setProtectedHeader({ alg: "HS256", typ: "JWT" })
    .setExpirationTime(expiresAt)
    .sign(new TextEncoder().encode(secret));

const now = () => Math.floor(Date.now() / 1000);
const bodies = async (client: SupabaseClient) =>
  (await client.from("diaries").select("body").order("id").throwOnError()).data.map(({ body }) => body);

describe("rows", () => {
  test("each signed-in user sees their own and nobody else's", async () => {
    expect([await bodies(ann), await bodies(bob)]).toEqual([["of Ann"], ["of Bob"]]);
  });

  test.each(["publishableKey", "anonKey"] as const)(
    "nobody is signed in with the %s alone: no rows, no error",
    async (key) => {
      expect(await bodies(stack.client(stack[key]))).toEqual([]);
    },
  );

  test.each(["secretKey", "serviceRoleKey"] as const)("the %s sees every row", async (key) => {
    expect(await bodies(stack.client(stack[key]))).toEqual(["of Ann", "of Bob"]);
  });

  test("somebody else's row is not found by an update or a delete, which is no error", async () => {
    const updated = await ann.from("diaries").update({ body: "read by Ann" }).eq("id", 2).select();
    const deleted = await ann.from("diaries").delete().eq("id", 2).select();
    expect([updated.status, updated.data, deleted.status, deleted.data]).toEqual([200, [], 200, []]);
    expect(await bodies(bob)).toEqual(["of Bob"]);
  });

  test("a row for somebody else is refused, whether it is new or handed over", async () => {
    const inserted = await ann.from("diaries").insert({ owner: ids.bob, body: "forged" });
    const handedOver = await ann.from("diaries").update({ owner: ids.bob }).eq("id", 1);
    expect([inserted.status, inserted.error?.code]).toEqual([403, "42501"]);
    expect([handedOver.status, handedOver.error?.code]).toEqual([403, "42501"]);
    expect(inserted.error?.message).toContain('row-level security policy for table "diaries"');
  });

  test("a row without an owner becomes that of the one who is signed in", async () => {
    const { data } = await ann.from("diaries").insert({ body: "again" }).select("owner").single();
    expect(data).toEqual({ owner: ids.ann });
  });

  test("signing out leaves a client that is nobody", async () => {
    const client = await signIn("ann@example.com");
    await client.auth.signOut({ scope: "local" });
    expect((await client.rpc("who_am_i")).data).toEqual({ role: "anon", uid: null });
    expect(await bodies(client)).toEqual([]);
  });
});

describe("grants", () => {
  test("who lacks one is told 401 when nobody, and 403 when somebody", async () => {
    const clients = [stack.client(), ann, stack.client(stack.secretKey)];
    const answers = await Promise.all(clients.map((client) => client.from("vault").select()));
    expect(answers.map(({ status, error }) => [status, error?.code])).toEqual([
      [401, "42501"],
      [403, "42501"],
      [403, "42501"],
    ]);
    expect(answers[0]?.error?.message).toBe("permission denied for table vault");
  });

  test("writing needs its own", async () => {
    const { status, error } = await ann.from("books").update({ title: "Mine" }).eq("id", 1);
    expect([status, error?.code]).toEqual([403, "42501"]);
  });

  test("calling a function needs one where the public has lost it", async () => {
    const { status, error } = await stack.client(stack.secretKey).rpc("secret_count");
    expect([status, error?.message]).toEqual([403, "permission denied for function secret_count"]);
  });
});

describe("tokens", () => {
  test("a token that has ended is refused, and so is one signed by somebody else", async () => {
    const ended = await bearing(await sign("authenticated", now() - 60))
      .from("diaries")
      .select();
    const forged = await bearing(await sign("service_role", now() + 60, "x".repeat(32)))
      .from("diaries")
      .select();
    expect([ended.status, ended.error?.message]).toEqual([401, "JWT expired"]);
    expect([forged.status, forged.data]).toEqual([401, null]);
  });

  test("the role of the token counts, not that of the key beside it", async () => {
    const client = bearing(await sign("service_role", now() + 60));
    expect((await client.rpc("who_am_i")).data).toEqual({ role: "service_role", uid: ids.ann });
  });

  test("a role that PostgREST may not take on is refused", async () => {
    const { status } = await bearing(await sign("postgres", now() + 60))
      .from("diaries")
      .select();
    expect(status).toBe(403);
  });
});

test("a query of nobody's ends after three seconds", async () => {
  const { error } = await stack.client().rpc("nap", { seconds: 5 });
  expect(error?.code).toBe("57014");
});
