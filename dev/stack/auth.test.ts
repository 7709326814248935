import { createClient } from "@supabase/supabase-js";
import { jwtVerify } from "jose";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestStack, type TestStack } from "./test-stack.ts";

const email = "owner@example.com";
const password = "correct horse";

let stack: TestStack;
beforeAll(async () => {
  stack = await startTestStack("select");
  await stack.auth.createUser({ email, password });
});
afterAll(() => stack.stop());

async function signIn() {
  const client = stack.client();
  const { data, error } = await client.auth.signInWithPassword({ email, password });
  if (error !== null) throw error;
  return { client, ...data };
}

test("the right password opens a session whose token says who, as what and for how long", async () => {
  const { session, user } = await signIn();
  const { payload } = await jwtVerify(session.access_token, new TextEncoder().encode(stack.jwtSecret));
  expect(payload).toMatchObject({ sub: user.id, role: "authenticated", aud: "authenticated", email });
  expect(Number(payload.exp) - Number(payload.iat)).toBe(3600);
  expect(session).toMatchObject({ expires_in: 3600, token_type: "bearer", user: { email } });
});

test.for([
  ["a wrong password", { email, password: "wrong horse" }],
  ["an unknown address", { email: "nobody@example.com", password }],
  ["an empty password", { email, password: "" }],
] as const)("%s gets the same refusal", async ([, credentials]) => {
  const { error } = await stack.client().auth.signInWithPassword(credentials);
  expect(error).toMatchObject({ status: 400, code: "invalid_credentials", message: "Invalid login credentials" });
});

test("the token answers who its user is", async () => {
  const { client, user } = await signIn();
  expect((await client.auth.getUser()).data.user).toMatchObject({ id: user.id, email, role: "authenticated" });
});

test("an API key or a forged token is no user", async () => {
  const asKey = await stack.client().auth.getUser(stack.anonKey);
  expect(asKey.error).toMatchObject({ status: 403, code: "bad_jwt" });
  const { session } = await signIn();
  const forged = await stack.client().auth.getUser(`${session.access_token.slice(0, -4)}AAAA`);
  expect(forged.error).toMatchObject({ status: 403, code: "bad_jwt" });
});

test("a refresh gives a new pair that works, and keeps the session", async () => {
  const { client, session } = await signIn();
  const { data, error } = await client.auth.refreshSession();
  expect(error).toBeNull();
  expect(data.session?.refresh_token).not.toBe(session.refresh_token);
  expect((await client.auth.getUser()).data.user?.email).toBe(email);
  const { rows } = {
    rows: await stack.sql("select count(distinct session_id)::int as sessions from auth.refresh_tokens where revoked"),
  };
  expect(rows).toEqual([{ sessions: 1 }]);
});

test("two refreshes at the same moment get the same successor", async () => {
  const { session } = await signIn();
  const refresh = () => stack.client().auth.refreshSession({ refresh_token: session.refresh_token });
  const [one, other] = await Promise.all([refresh(), refresh()]);
  expect([one.error, other.error]).toEqual([null, null]);
  expect(one.data.session?.refresh_token).toBe(other.data.session?.refresh_token);
});

test("a refresh whose answer was lost gets the same one again, however late", async () => {
  const { client, session } = await signIn();
  const lost = await client.auth.refreshSession();
  await stack.sql("update auth.refresh_tokens set created_at = created_at - interval '1 hour'");
  const again = await stack.client().auth.refreshSession({ refresh_token: session.refresh_token });
  expect(again.data.session?.refresh_token).toBe(lost.data.session?.refresh_token);
});

test("a refresh token that was followed by two others ends its session", async () => {
  const { client, session } = await signIn();
  await client.auth.refreshSession();
  const next = await client.auth.refreshSession();
  await stack.sql("update auth.refresh_tokens set created_at = created_at - interval '1 minute'");
  const replayed = await stack.client().auth.refreshSession({ refresh_token: session.refresh_token });
  expect(replayed.error).toMatchObject({ status: 400, code: "refresh_token_already_used" });
  const successor = await stack.client().auth.refreshSession({ refresh_token: next.data.session?.refresh_token ?? "" });
  expect(successor.error).toMatchObject({ status: 400, code: "refresh_token_not_found" });
});

test("after logout the token is nobody and the refresh token is gone", async () => {
  const { client, session } = await signIn();
  expect((await client.auth.signOut({ scope: "local" })).error).toBeNull();
  // What supabase-js makes of session_not_found.
  expect((await stack.client().auth.getUser(session.access_token)).error?.name).toBe("AuthSessionMissingError");
  const refreshed = await stack.client().auth.refreshSession({ refresh_token: session.refresh_token });
  expect(refreshed.error).toMatchObject({ code: "refresh_token_not_found" });
});

test("a local logout leaves the other sessions of the user, a global one ends them", async () => {
  const one = await signIn();
  const other = await signIn();
  await one.client.auth.signOut({ scope: "local" });
  expect((await other.client.auth.getUser()).error).toBeNull();
  const third = await signIn();
  await third.client.auth.signOut();
  expect((await other.client.auth.getUser()).error?.name).toBe("AuthSessionMissingError");
});

test("a session made without a password signs a client in, as an address that carries it does", async () => {
  const user = await stack.auth.findUser(email);
  if (user === undefined) throw new Error("The owner is missing");
  const { access_token, refresh_token } = await stack.auth.createSession(user);
  const client = stack.client();
  await client.auth.setSession({ access_token, refresh_token });
  expect((await client.auth.getUser()).data.user?.id).toBe(user.id);
});

test("nobody signs up unless it is allowed", async () => {
  const { error } = await stack.client().auth.signUp({ email: "new@example.com", password });
  expect(error).toMatchObject({ status: 422, code: "signup_disabled" });
  expect(await stack.auth.findUser("new@example.com")).toBeUndefined();
});

test("an address is taken only once, whatever its case", async () => {
  const again = stack.auth.createUser({ email: "Owner@Example.com", password });
  await expect(again).rejects.toMatchObject({ status: 422, code: "user_already_exists" });
});

test("no password is stored in clear", async () => {
  const [row] = await stack.sql("select encrypted_password from auth.users");
  expect(row?.["encrypted_password"]).toMatch(/^scrypt\$/);
});

test("the key set is public and empty, and broken JSON is named", async () => {
  const keySet = await fetch(`${stack.apiUrl}/auth/v1/.well-known/jwks.json`);
  expect(await keySet.json()).toEqual({ keys: [] });
  const headers = { apikey: stack.anonKey };
  const broken = await fetch(`${stack.apiUrl}/auth/v1/token?grant_type=password`, {
    method: "POST",
    headers,
    body: "{",
  });
  expect([broken.status, await broken.json()]).toMatchObject([400, { error_code: "bad_json" }]);
});

test("where sign-up is allowed it opens a session", async () => {
  const open = await startTestStack("select", { allowSignUp: true });
  try {
    const client = createClient(open.apiUrl, open.publishableKey, { auth: { persistSession: false } });
    const { data } = await client.auth.signUp({ email: "new@example.com", password });
    expect(data.session?.user.email).toBe("new@example.com");
  } finally {
    await open.stop();
  }
});
