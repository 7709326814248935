import { type AuthChangeEvent, createClient, type Session } from "@supabase/supabase-js";
import { SignJWT } from "jose";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { TestStack } from "../test-stack.ts";
import { startLibrary } from "./library.ts";

const account = { email: "ann@example.com", password: "correct horse" };

let stack: TestStack;
beforeAll(async () => {
  stack = await startLibrary();
  await stack.auth.createUser(account);
});
afterAll(() => stack.stop());

const whoAmI = async (client: ReturnType<TestStack["client"]>) => (await client.rpc("who_am_i").throwOnError()).data;

/** What the client's listeners are told, in order. */
function recordEvents(client: ReturnType<TestStack["client"]>): AuthChangeEvent[] {
  const events: AuthChangeEvent[] = [];
  client.auth.onAuthStateChange((event) => void events.push(event));
  return events;
}

async function openSession(): Promise<Session> {
  const { data, error } = await stack.client().auth.signInWithPassword(account);
  if (error !== null) throw error;
  return data.session;
}

/** The session with another access token in it: of the same user, as the same session, but over since a minute. */
async function withEndedToken(session: Session): Promise<Session> {
  const [, payload = ""] = session.access_token.split(".");
  const claims = JSON.parse(Buffer.from(payload, "base64url").toString());
  const ended = Math.floor(Date.now() / 1000) - 60;
  const access_token = await new SignJWT({ ...claims, exp: ended })
    .setProtectedHeader({ alg: "HS256", typ: "JWT" })
    .sign(new TextEncoder().encode(stack.jwtSecret));
  return { ...session, access_token };
}

test("a life: nobody, signed in, refreshed, signed out", async () => {
  const client = stack.client();
  const events = recordEvents(client);
  expect(await whoAmI(client)).toEqual({ role: "anon", uid: null });

  const { data: signedIn } = await client.auth.signInWithPassword(account);
  const uid = signedIn.user?.id;
  expect(await whoAmI(client)).toEqual({ role: "authenticated", uid });
  expect((await client.auth.getUser()).data.user).toMatchObject({ id: uid, email: account.email });

  const { data: refreshed } = await client.auth.refreshSession();
  expect(refreshed.session?.refresh_token).not.toBe(signedIn.session?.refresh_token);
  expect(await whoAmI(client)).toEqual({ role: "authenticated", uid });

  expect((await client.auth.signOut()).error).toBeNull();
  expect((await client.auth.getSession()).data.session).toBeNull();
  expect(await whoAmI(client)).toEqual({ role: "anon", uid: null });
  expect(events).toEqual(["INITIAL_SESSION", "SIGNED_IN", "TOKEN_REFRESHED", "SIGNED_OUT"]);
});

test("a wrong password is an error with a code, and signs nobody in", async () => {
  const client = stack.client();
  const { data, error } = await client.auth.signInWithPassword({ ...account, password: "wrong horse" });
  expect(data).toEqual({ user: null, session: null });
  expect(error).toMatchObject({ name: "AuthApiError", status: 400, code: "invalid_credentials" });
  expect(await whoAmI(client)).toEqual({ role: "anon", uid: null });
});

test("nobody signs up by themselves", async () => {
  const { data, error } = await stack.client().auth.signUp({ email: "new@example.com", password: account.password });
  expect([data.user, error?.status, error?.code]).toEqual([null, 422, "signup_disabled"]);
});

test("a session that was handed over signs in", async () => {
  const { access_token, refresh_token } = await openSession();
  const client = stack.client();
  const { data } = await client.auth.setSession({ access_token, refresh_token });
  expect(data.user?.email).toBe(account.email);
  expect(await whoAmI(client)).toMatchObject({ role: "authenticated" });
});

test("a session handed over with an ended access token is refreshed on the way", async () => {
  const session = await withEndedToken(await openSession());
  const client = stack.client();
  const { data, error } = await client.auth.setSession(session);
  expect(error).toBeNull();
  expect(data.session?.refresh_token).not.toBe(session.refresh_token);
  expect(await whoAmI(client)).toMatchObject({ role: "authenticated" });
});

test("a stored session whose token has ended is refreshed by the first request that needs it", async () => {
  const session = await withEndedToken(await openSession());
  const store = new Map([["library", JSON.stringify({ ...session, expires_at: 1 })]]);
  const client = createClient(stack.apiUrl, stack.publishableKey, {
    auth: {
      storageKey: "library",
      storage: {
        getItem: (key) => store.get(key) ?? null,
        setItem: (key, value) => void store.set(key, value),
        removeItem: (key) => void store.delete(key),
      },
    },
  });
  expect(await whoAmI(client)).toMatchObject({ role: "authenticated" });
  expect(JSON.parse(store.get("library") ?? "{}")).not.toMatchObject({ refresh_token: session.refresh_token });
  await client.auth.stopAutoRefresh();
});

test("a refresh token used again after its successor was used too ends the session for everybody", async () => {
  const stolen = await openSession();
  const owner = stack.client();
  await owner.auth.setSession(stolen);
  await owner.auth.refreshSession();
  await owner.auth.refreshSession();
  await stack.sql("update auth.refresh_tokens set created_at = created_at - interval '1 minute'");

  const thief = stack.client();
  const replay = await thief.auth.refreshSession({ refresh_token: stolen.refresh_token });
  expect(replay.error).toMatchObject({ status: 400, code: "refresh_token_already_used" });
  expect((await owner.auth.refreshSession()).error).toMatchObject({ code: "refresh_token_not_found" });
  expect((await owner.auth.getUser()).error?.name).toBe("AuthSessionMissingError");
});

test("signing out everywhere ends the session of another browser at its next refresh", async () => {
  const [here, there] = [stack.client(), stack.client()];
  await here.auth.setSession(await openSession());
  await there.auth.setSession(await openSession());
  await here.auth.signOut({ scope: "global" });
  expect((await there.auth.getUser()).error?.name).toBe("AuthSessionMissingError");
  expect((await there.auth.refreshSession()).error).not.toBeNull();
});
