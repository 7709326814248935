import { createClient } from "@supabase/supabase-js";
import { SignJWT } from "jose";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { z } from "zod";
import { errorBody } from "#contract";
import { type FunctionStack, startFunctionStack } from "../../../dev/testing/function-stack.ts";

const answer = z.strictObject({
  request: z.looseObject({ id: z.guid(), status: z.string(), retry_of: z.guid(), requested_by: z.string() }),
});

let served: FunctionStack;
beforeAll(async () => {
  served = await startFunctionStack();
});
afterAll(() => served.stop());

let failed: string;
beforeEach(async () => {
  const { stack, database, call } = served;
  const body = { projectId: "front-office", displayName: "Ricky" };
  const response = await call({ headers: { apikey: stack.publishableKey }, body });
  failed = z.object({ request: z.object({ id: z.guid() }) }).parse(await response.json()).request.id;
  await database.query(
    "update public.agent_provision_requests set status = 'error', completed_at = now() where id = $1",
    [failed],
  );
});

const asUser = () => ({ apikey: served.stack.publishableKey, authorization: `Bearer ${served.user.token}` });

function retry(id: string, headers: Record<string, string>) {
  return served.call({ path: `/requests/${id}/retry`, headers });
}

/** The refusal of a call, after checking that a page of another origin may read it. */
async function refused(answered: Promise<Response>) {
  const response = await answered;
  expect(response.headers.get("access-control-allow-origin")).toBe("*");
  return { status: response.status, ...errorBody.strict().parse(await response.json()).error };
}

const retriesOf = (id: string) =>
  served.database.query("select status, requested_by from public.agent_provision_requests where retry_of = $1", [id]);

test("a signed-in user retries with supabase-js and is remembered as the one who asked", async () => {
  const client = createClient(served.stack.apiUrl, served.stack.publishableKey, {
    accessToken: async () => served.user.token,
  });
  const { data, error, response } = await client.functions.invoke(`provision-agent/requests/${failed}/retry`);
  if (error) throw new Error(await response?.text(), { cause: error });
  expect(response?.status).toBe(202);
  expect(answer.parse(data).request).toMatchObject({
    status: "queued",
    retry_of: failed,
    requested_by: served.user.id,
    display_name: "Ricky",
  });
  await expect(retriesOf(failed)).resolves.toEqual([{ status: "queued", requested_by: served.user.id }]);
});

test.each(["secretKey", "serviceRoleKey"] as const)("the %s may retry as service role", async (key) => {
  const response = await retry(failed, { apikey: served.stack[key] });
  expect(response.status).toBe(202);
  expect(answer.parse(await response.json()).request.requested_by).toBe("service_role");
});

test.each(["publishableKey", "anonKey"] as const)(
  "the %s alone may not retry, though the project is open",
  async (key) => {
    const headers = { apikey: served.stack[key] };
    await expect(refused(retry(failed, headers))).resolves.toMatchObject({
      status: 401,
      code: "unauthorized",
      hint: "Sign in first",
    });
    await expect(retriesOf(failed)).resolves.toEqual([]);
  },
);

test("without a key, and with a token that is not the project's, a retry is refused", async () => {
  const forged = await new SignJWT({ sub: served.user.id, role: "authenticated" })
    .setProtectedHeader({ alg: "HS256" })
    .setExpirationTime("1h")
    .sign(new TextEncoder().encode("x".repeat(32)));
  for (const headers of [{}, { ...asUser(), authorization: `Bearer ${forged}` }]) {
    await expect(refused(retry(failed, headers))).resolves.toMatchObject({ status: 401, code: "unauthorized" });
  }
  await expect(retriesOf(failed)).resolves.toEqual([]);
});

test.each(["1", "not-a-uuid", "%00", "..%2f..", "%E0%A4%A"])("the id %j is refused by name", async (id) => {
  await expect(refused(retry(id, asUser()))).resolves.toMatchObject({
    status: 400,
    code: "invalid_request",
    field: "id",
  });
});

test("an id that no request has is not found", async () => {
  await expect(refused(retry(crypto.randomUUID(), asUser()))).resolves.toMatchObject({
    status: 404,
    code: "not_found",
  });
});

test("a second retry is refused while the first is open, with what to do", async () => {
  const first = answer.parse(await (await retry(failed, asUser())).json()).request;
  await expect(refused(retry(failed, asUser()))).resolves.toMatchObject({
    status: 409,
    code: "request_open",
    hint: "Wait for it to end",
  });
  await expect(refused(retry(first.id, asUser()))).resolves.toMatchObject({ status: 409, code: "not_retryable" });
});

test("a retry after another one succeeded is refused", async () => {
  const first = answer.parse(await (await retry(failed, asUser())).json()).request;
  await served.database.query("update public.agent_provision_requests set status = 'done' where id = $1", [first.id]);
  await expect(refused(retry(failed, asUser()))).resolves.toMatchObject({ status: 409, code: "already_done" });
});

test("a page of any origin may send it: the preflight allows POST with a user's token", async () => {
  const response = await served.call({
    method: "OPTIONS",
    path: `/requests/${failed}/retry`,
    headers: { origin: "https://dashboard.example", "access-control-request-method": "POST" },
  });
  expect(response.status).toBe(204);
  expect(response.headers.get("access-control-allow-origin")).toBe("*");
  expect(response.headers.get("access-control-allow-methods")).toContain("POST");
  expect(response.headers.get("access-control-allow-headers")).toContain("authorization");
});

test("GET at the same address is not found", async () => {
  const response = served.call({ method: "GET", path: `/requests/${failed}/retry`, headers: asUser() });
  await expect(refused(response)).resolves.toMatchObject({ status: 404, code: "not_found" });
});
