import { randomUUID } from "node:crypto";
import { createClient } from "@supabase/supabase-js";
import { afterAll, beforeAll, expect, test } from "vitest";
import { enrolledExecutor, errorBody } from "#contract";
import { type FunctionStack, startFunctionStack } from "../../../dev/testing/function-stack.ts";

let served: FunctionStack;
beforeAll(async () => {
  served = await startFunctionStack();
});
afterAll(() => served.stop());

const asService = () => ({ apikey: served.stack.secretKey });
const as = (token: string) => ({ apikey: served.stack.publishableKey, authorization: `Bearer ${token}` });
const post = (headers: Record<string, string>, body: unknown = { executorId: "mini" }) =>
  served.call({ path: "/executors", headers, body });

async function enroll(headers: Record<string, string> = asService(), body?: unknown) {
  const response = await post(headers, body);
  expect(response.status).toBe(201);
  expect(response.headers.get("cache-control")).toBe("no-store");
  return enrolledExecutor.strict().parse(await response.json());
}

async function refused(answered: Promise<Response>) {
  const response = await answered;
  return { status: response.status, ...errorBody.strict().parse(await response.json()).error };
}

/** Of the one process that all these machines are. */
const INSTANCE = randomUUID();

/** A client that is signed in with a credential. */
async function machine({ email, password }: { email: string; password: string }) {
  const client = createClient(served.stack.apiUrl, served.stack.publishableKey, { auth: { persistSession: false } });
  const { data, error } = await client.auth.signInWithPassword({ email, password });
  const heartbeat = (executor = "mini") => client.rpc("record_heartbeat", { executor, instance: INSTANCE, about: {} });
  return { data, error, heartbeat };
}

async function member(role: string | null) {
  const user = await served.stack.auth.createUser({
    email: `${randomUUID()}@example.com`,
    password: "a long password",
  });
  const { access_token } = await served.stack.auth.createSession(user);
  if (role !== null)
    await served.database.query("insert into public.project_members values ('front-office', $1, $2)", [user.id, role]);
  return { id: user.id, token: access_token };
}

const machineUsers = () =>
  served.database.query(
    "select raw_app_meta_data ->> 'hatchery_executor' as executor from auth.users where email like 'executor-%'",
  );
const noMachineUsers = () => served.database.query("delete from auth.users where email like 'executor-%'");

test("an owner enrolls an executor, whose credential does its work and no other executor's", async () => {
  const owner = await member("owner");
  const credential = await enroll(as(owner.token), { executorId: "mini", displayName: "Mac mini" });
  expect(credential).toMatchObject({ executorId: "mini", email: expect.stringMatching(/@hatchery\.invalid$/) });
  const { heartbeat, data } = await machine(credential);
  expect(data.user).toMatchObject({
    app_metadata: { hatchery_executor: "mini" },
    user_metadata: { name: "Mac mini" },
  });
  expect((await heartbeat()).error).toBeNull();
  expect((await heartbeat("other")).error).toMatchObject({ code: "PT403" });
  expect(
    await served.database.query("select enrolled_by from private.executor_credentials where user_id = $1", [
      data.user?.id,
    ]),
  ).toEqual([{ enrolled_by: owner.id }]);
});

test("who owns one project of two enrolls nobody: an executor would serve the other one too", async () => {
  const owner = await member("owner");
  await served.database.query("insert into public.projects (id, name) values ('second', 'Second')");
  try {
    expect(await refused(post(as(owner.token)))).toMatchObject({ status: 403, code: "forbidden" });
  } finally {
    await served.database.query("delete from public.projects where id = 'second'");
  }
});

test.each(["secretKey", "serviceRoleKey"] as const)("the %s enrolls too", async (key) => {
  const credential = await enroll({ apikey: served.stack[key] }, { executorId: "by-key" });
  expect((await (await machine(credential)).heartbeat("by-key")).error).toBeNull();
});

test("enrolling again gives another password, and the credential before it is worth nothing at once", async () => {
  await noMachineUsers();
  const first = await enroll();
  const before = await machine(first);
  expect((await before.heartbeat()).error).toBeNull();

  const second = await enroll();
  expect(second.password).not.toBe(first.password);
  expect((await before.heartbeat()).error).toMatchObject({ code: "PT403" });
  expect((await (await machine(second)).heartbeat()).error).toBeNull();
  await expect.poll(machineUsers).toEqual([{ executor: "mini" }]);
  expect((await machine(first)).error).toMatchObject({ code: "invalid_credentials" });
});

test.each(["operator", "viewer", null])(
  "a signed-in person whose role is %s may not, and no user is made",
  async (role) => {
    await noMachineUsers();
    const { token } = await member(role);
    await expect(refused(post(as(token)))).resolves.toMatchObject({ status: 403, code: "forbidden" });
    expect(await machineUsers()).toEqual([]);
  },
);

test("an executor enrolls nobody, not even itself", async () => {
  const { data } = await machine(await enroll());
  const answer = refused(post(as(data.session?.access_token ?? "")));
  await expect(answer).resolves.toMatchObject({ status: 403, code: "forbidden" });
});

test.each(["publishableKey", "anonKey"] as const)("the %s alone may not, though the project is open", async (key) => {
  const answer = refused(post({ apikey: served.stack[key] }));
  await expect(answer).resolves.toMatchObject({ status: 401, code: "unauthorized", hint: "Sign in first" });
});

test.each([
  [{}, "executorId"],
  [{ executorId: "a/b" }, "executorId"],
  [{ executorId: "mini", displayName: " " }, "displayName"],
  [{ executorId: "mini", password: "mine" }, "password"],
])("%j is refused by name", async (body, field) => {
  const answer = refused(post(asService(), body));
  await expect(answer).resolves.toMatchObject({ status: 400, code: "invalid_request", field });
});

test("when the database refuses, the user that was made for it is removed", async () => {
  await noMachineUsers();
  await served.database.query(
    "create function private.fail() returns trigger language plpgsql as $$ begin raise 'no'; end $$",
  );
  await served.database.query(
    "create trigger fail before insert on private.executor_credentials for each row execute function private.fail()",
  );
  try {
    await expect(refused(post(asService()))).resolves.toMatchObject({ status: 500, code: "internal" });
    await expect.poll(machineUsers).toEqual([]);
  } finally {
    await served.database.query("drop trigger fail on private.executor_credentials");
  }
});

test("no password is in the log", async () => {
  const { password, executorId } = await enroll(asService(), { executorId: "logged" });
  await expect.poll(async () => (await served.readLog()).join()).toContain(`"executorId":"${executorId}"`);
  expect((await served.readLog()).join()).not.toContain(password);
});
