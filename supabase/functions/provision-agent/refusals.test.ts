import { corsHeaders } from "@supabase/supabase-js/cors";
import { type JWTPayload, SignJWT } from "jose";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type ErrorBody, errorBody } from "#contract";
import { type FunctionStack, startFunctionStack } from "../../../dev/testing/function-stack.ts";

const RICKY = { projectId: "front-office", displayName: "Ricky", emoji: "🦊" };

let served: FunctionStack;
beforeAll(async () => {
  served = await startFunctionStack();
});
afterAll(() => served.stop());

const withKey = () => ({ apikey: served.stack.publishableKey });

/** The refusal of a call. Checks what holds for every one: its shape, CORS, and that it shows no inner workings. */
async function refused(call: Parameters<FunctionStack["call"]>[0]): Promise<{ status: number } & ErrorBody["error"]> {
  const response = await served.call(call);
  const text = await response.text();
  expect(response.headers.get("access-control-allow-origin")).toBe("*");
  expect(response.headers.get("content-type")).toContain("application/json");
  expect(text).not.toMatch(/\.ts\b|node_modules|\\n +at |postgres|PGRST|select |sb_|eyJ/i);
  return { status: response.status, ...errorBody.strict().parse(JSON.parse(text)).error };
}

function sign(payload: JWTPayload, expires: string | number, secret = served.stack.jwtSecret): Promise<string> {
  const token = new SignJWT(payload).setProtectedHeader({ alg: "HS256" }).setExpirationTime(expires);
  return token.sign(new TextEncoder().encode(secret));
}

test("a call without key or token is refused", async () => {
  await expect(refused({ body: RICKY })).resolves.toMatchObject({ status: 401, code: "unauthorized" });
});

test("garbage, a wrong signature and an expired session are refused although the apikey is right", async () => {
  const user = { sub: served.user.id, role: "authenticated", aud: "authenticated" };
  for (const token of ["garbage", await sign(user, "1h", "x".repeat(32)), await sign(user, 1)]) {
    const headers = { ...withKey(), authorization: `Bearer ${token}` };
    await expect(refused({ headers, body: RICKY })).resolves.toMatchObject({ status: 401, code: "unauthorized" });
  }
  await expect(served.database.query("select from public.agents")).resolves.toEqual([]);
});

test("in members mode a public key is not enough, and the service role still is", async () => {
  const { database } = served;
  await database.query(`update private.settings set value = '"members"' where key = 'access_mode'`);
  try {
    for (const apikey of [served.stack.publishableKey, served.stack.anonKey]) {
      await expect(refused({ headers: { apikey }, body: RICKY })).resolves.toMatchObject({
        status: 401,
        code: "unauthorized",
        hint: "Sign in first",
      });
    }
    const body = { ...RICKY, displayName: "By service" };
    expect((await served.call({ headers: { apikey: served.stack.secretKey }, body })).status).toBe(202);
  } finally {
    await database.query(`update private.settings set value = '"open"' where key = 'access_mode'`);
  }
});

test.each([
  ["displayName", { displayName: "  " }],
  ["displayName", { displayName: "a\nb" }],
  ["displayName", { displayName: "x".repeat(81) }],
  ["displayName", { displayName: undefined }],
  ["emoji", { emoji: "🦊🦊" }],
  ["emoji", { emoji: "<b>" }],
  ["roleShort", { roleShort: "r".repeat(161) }],
  ["agentKey", { agentKey: "ricky" }],
  ["agentKey", { agentKey: "agent:main:main" }],
  ["agentKey", { agentKey: "agent:../../etc:main" }],
  ["projectId", { projectId: "" }],
  ["projectId", { projectId: "a\u0000b" }],
  ["projectId", { projectId: "half \ud83e" }],
  ["color", { color: "red" }],
  ["executorId", { executorId: "a b" }],
  ["provisioned", { provisioned: true }],
])("a wrong %s is refused by name: %j", async (field, wrong) => {
  const refusal = await refused({ headers: withKey(), body: { ...RICKY, ...wrong } });
  expect(refusal).toMatchObject({ status: 400, code: "invalid_request", field });
  expect(refusal.message).not.toMatch(/invalid input/i);
});

test.each(["", "{", "null", "[]", '"text"'])("the body %j is refused", async (body) => {
  await expect(refused({ headers: withKey(), body })).resolves.toMatchObject({ status: 400, code: "invalid_request" });
});

test("a body over 256 KiB is refused", async () => {
  const body = { ...RICKY, roleShort: "r".repeat(256 * 1024) };
  await expect(refused({ headers: withKey(), body })).resolves.toMatchObject({
    status: 413,
    code: "payload_too_large",
  });
});

test("an unknown project is refused by name", async () => {
  await expect(refused({ headers: withKey(), body: { ...RICKY, projectId: "nowhere" } })).resolves.toMatchObject({
    status: 404,
    code: "project_not_found",
    field: "projectId",
  });
});

test("an executor that never reported is refused by name", async () => {
  await expect(refused({ headers: withKey(), body: { ...RICKY, executorId: "nobody" } })).resolves.toMatchObject({
    status: 404,
    code: "executor_not_found",
    field: "executorId",
  });
});

test("a key that is taken is refused, and the agent that has it stays as it was", async () => {
  const { database } = served;
  const body = { ...RICKY, agentKey: "agent:taken:main" };
  expect((await served.call({ headers: withKey(), body })).status).toBe(202);
  await database.query("update public.agents set provisioned = true where agent_key = 'agent:taken:main'");

  const refusal = await refused({ headers: withKey(), body: { ...body, displayName: "Other" } });
  expect(refusal).toMatchObject({ status: 409, code: "agent_key_taken", field: "agentKey" });
  expect(refusal.hint).toBeTruthy();
  await expect(
    database.query("select name, provisioned from public.agents where agent_key = 'agent:taken:main'"),
  ).resolves.toEqual([{ name: "Ricky", provisioned: true }]);
});

test.each([
  ["GET", ""],
  ["POST", "/nothing"],
  ["PUT", "/projects/front-office/agents/agent:ricky:main"],
])("%s at an address without a route, %j, is not found", async (method, path) => {
  await expect(refused({ method, path, headers: withKey() })).resolves.toMatchObject({
    status: 404,
    code: "not_found",
  });
});

test.each(["", "/"])("a preflight at %j allows what supabase-js sends, and an idempotency key", async (path) => {
  const response = await served.call({ method: "OPTIONS", path, headers: { origin: "https://dashboard.example" } });
  expect(response.status).toBe(204);
  expect(response.headers.get("access-control-allow-origin")).toBe("*");
  expect(response.headers.get("access-control-allow-methods")).toContain("POST");
  const allowed = response.headers.get("access-control-allow-headers")?.split(",");
  const sent = corsHeaders["Access-Control-Allow-Headers"]?.split(", ");
  expect(allowed).toEqual(expect.arrayContaining([...(sent ?? []), "idempotency-key"]));
});

test("a fault of the database is answered without its words, and logged with them", async () => {
  const { database, readLog } = served;
  await database.query("alter table public.agent_status add constraint broken check (project_id = '') not valid");
  try {
    await expect(refused({ headers: withKey(), body: RICKY })).resolves.toMatchObject({
      status: 500,
      code: "internal",
    });
  } finally {
    await database.query("alter table public.agent_status drop constraint broken");
  }
  const failed = async () =>
    (await readLog()).filter((entry) => entry.includes('"event":"failed"')).map((line) => JSON.parse(line));
  const told = { level: "error", status: 500, cause: expect.objectContaining({ code: "23514" }) };
  await expect.poll(failed).toContainEqual(expect.objectContaining(told));
});

test("a body that is no JSON is refused, and quoted neither in the answer nor in the log", async () => {
  const body = '{"displayName": "Ricky", hunter2-hunter2';
  const before = (await served.readLog()).length;
  await expect(refused({ headers: withKey(), body })).resolves.toMatchObject({
    status: 400,
    message: "The body is not JSON",
  });
  await expect.poll(async () => (await served.readLog()).length).toBeGreaterThan(before);
  expect((await served.readLog()).join("\n")).not.toMatch(/hunter2|Ricky", h/);
});
