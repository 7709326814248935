import { createClient } from "@supabase/supabase-js";
import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { startTestStack, type TestStack } from "../dev/stack/test-stack.ts";
import { recordedLog } from "../dev/testing/executor-stack.ts";
import { firstCalls, startFlakyProxy } from "../dev/testing/flaky-proxy.ts";
import { createSession, SignInRefusedError } from "./session.ts";

const account = { email: "executor-1@hatchery.invalid", password: "a long password" };
const WHO = "create function who() returns text language sql stable as 'select auth.role()'";

let stack: TestStack;
let proxy: Awaited<ReturnType<typeof startFlakyProxy>>;
beforeAll(async () => {
  stack = await startTestStack(WHO);
  proxy = await startFlakyProxy(stack.apiUrl);
});
beforeEach(async () => {
  vi.useRealTimers();
  proxy.setFaults(() => "pass");
  proxy.calls.splice(0);
  await stack.sql("delete from auth.users");
  await stack.auth.createUser(account);
});
afterAll(async () => {
  vi.useRealTimers();
  await proxy.stop();
  await stack.stop();
});

function open(password = account.password) {
  const auth = createClient(proxy.url, stack.publishableKey, {
    auth: { persistSession: false, autoRefreshToken: false },
  }).auth;
  return createSession({ auth, email: account.email, password, log: recordedLog().log });
}

const signIns = () => proxy.calls.filter((path) => path.endsWith("grant_type=password")).length;
const refreshes = () => proxy.calls.filter((path) => path.endsWith("grant_type=refresh_token")).length;

/** A call of the database through the session. */
async function who(session: ReturnType<typeof open>, init: RequestInit = {}) {
  const headers = { apikey: stack.publishableKey, "content-type": "application/json" };
  const answer = await session.fetch(`${proxy.url}/rest/v1/rpc/who`, { method: "POST", headers, body: "{}", ...init });
  return { status: answer.status, body: await answer.json() };
}

function passHours(hours: number) {
  vi.useFakeTimers({ toFake: ["Date"] });
  vi.setSystemTime(Date.now() + hours * 3_600_000);
}

test("it signs in at the first use, once for all who ask at the same time", async () => {
  const session = open();
  expect(await Promise.all([who(session), who(session), who(session)])).toEqual(
    Array.from({ length: 3 }, () => ({ status: 200, body: "authenticated" })),
  );
  expect(signIns()).toBe(1);
});

test("a token is renewed before it is over, without the password", async () => {
  const session = open();
  const first = await session.token();
  expect(await session.token()).toBe(first);
  passHours(0.95);
  // Nobody waits for the new one while the old one holds.
  expect(await session.token()).toBe(first);
  await expect.poll(() => session.token()).not.toBe(first);
  expect([signIns(), refreshes()]).toEqual([1, 1]);
});

test("a session that was ended elsewhere is opened again with the password", async () => {
  const session = open();
  const first = await session.token();
  await stack.sql("delete from auth.sessions");
  passHours(1.05);
  expect(await session.token()).not.toBe(first);
  expect([signIns(), refreshes()]).toEqual([2, 1]);
});

test("a token that the project refuses is replaced, and the call made once more", async () => {
  const session = open();
  await session.token();
  proxy.setFaults(firstCalls("/rpc/who", 1, { status: 401, body: "{}" }));
  expect(await who(session)).toEqual({ status: 200, body: "authenticated" });
  expect(signIns()).toBe(2);

  proxy.setFaults(firstCalls("/rpc/who", 9, { status: 401, body: "{}" }));
  expect(await who(session)).toEqual({ status: 401, body: {} });
});

test("a wrong password is a 401 in the database's words, and asking for the token says why", async () => {
  const session = open("wrong");
  expect(await who(session)).toEqual({
    status: 401,
    body: expect.objectContaining({
      message: "This executor may not sign in: Invalid login credentials",
      details: '{"code":"unauthorized"}',
    }),
  });
  await expect(session.token()).rejects.toThrow(SignInRefusedError);
});

test("while Auth gives no answer a token is used until it is over", async () => {
  const session = open();
  const first = await session.token();
  proxy.setFaults((path) => (path.startsWith("/auth/") ? { status: 503, body: "" } : "pass"));
  passHours(0.95);
  expect(await session.token()).toBe(first);
  passHours(0.1);
  await expect(who(session, { signal: AbortSignal.timeout(50) })).rejects.toMatchObject({ name: "TimeoutError" });
});

test("no answer from Auth is no refusal, and the next call asks again", async () => {
  const session = open();
  proxy.setFaults((path) => (path.startsWith("/auth/") ? "cut" : "pass"));
  await expect(who(session)).rejects.toThrow();
  proxy.setFaults(() => "pass");
  expect(await who(session)).toMatchObject({ status: 200 });
});

test("a call that is given up does not wait for a sign-in that hangs", async () => {
  const session = open();
  proxy.setFaults((path) => (path.startsWith("/auth/") ? "hang" : "pass"));
  await expect(who(session, { signal: AbortSignal.timeout(50) })).rejects.toMatchObject({ name: "TimeoutError" });
});
