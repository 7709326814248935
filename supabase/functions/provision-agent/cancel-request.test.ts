import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { z } from "zod";
import { errorBody } from "#contract";
import { type FunctionStack, startFunctionStack } from "../../../dev/testing/function-stack.ts";

const INSTANCE = randomUUID();

const answer = z.strictObject({
  request: z.looseObject({
    id: z.guid(),
    status: z.string(),
    result: z.looseObject({ code: z.string() }).nullable(),
    cancel_requested_at: z.string().nullable(),
  }),
});

let served: FunctionStack;
beforeAll(async () => {
  served = await startFunctionStack();
  await served.database.query("select public.record_heartbeat('mini', $1, '{}')", [INSTANCE]);
});
afterAll(() => served.stop());

let queued: string;
beforeEach(async () => {
  await served.database.query("update public.agent_provision_requests set status = 'error' where status = 'queued'");
  const body = { projectId: "front-office", displayName: "Ricky" };
  const response = await served.call({ headers: { apikey: served.stack.publishableKey }, body });
  queued = z.object({ request: z.object({ id: z.guid() }) }).parse(await response.json()).request.id;
});

const asUser = () => ({ apikey: served.stack.publishableKey, authorization: `Bearer ${served.user.token}` });
const asAnon = () => ({ apikey: served.stack.publishableKey });
const cancel = (id: string, headers: Record<string, string>) =>
  served.call({ path: `/requests/${id}/cancel`, headers });

async function cancelled(id: string, headers: Record<string, string>) {
  const response = await cancel(id, headers);
  expect(response.status).toBe(200);
  return answer.parse(await response.json()).request;
}

/** The refusal of a call, after checking that a page of another origin may read it. */
async function refused(answered: Promise<Response>) {
  const response = await answered;
  expect(response.headers.get("access-control-allow-origin")).toBe("*");
  return { status: response.status, ...errorBody.strict().parse(await response.json()).error };
}

/** An executor takes the request, and says how far it is. */
async function claimAndReport(...steps: string[]): Promise<void> {
  const { database } = served;
  const token = crypto.randomUUID();
  await database.query("select public.claim_provision_requests('mini', $1, 3, $2)", [INSTANCE, token]);
  await database.query("select public.renew_provision_lease($1, $2, $3)", [
    queued,
    token,
    JSON.stringify(steps.map((step) => ({ step, state: "running" }))),
  ]);
}

const rowOf = (id: string) =>
  served.database.query(
    "select status, result ->> 'code' as code, cancel_requested_by from public.agent_provision_requests where id = $1",
    [id],
  );

test("a queued request ends as cancelled, with who did it, and its agent can be set up again", async () => {
  const request = await cancelled(queued, asUser());
  expect(request).toMatchObject({ id: queued, status: "error", result: { code: "cancelled" } });
  await expect(rowOf(queued)).resolves.toEqual([
    { status: "error", code: "cancelled", cancel_requested_by: served.user.id },
  ]);
  expect((await served.call({ path: `/requests/${queued}/retry`, headers: asUser() })).status).toBe(202);
});

test("a running one is marked, for its executor to stop before it writes", async () => {
  await claimAndReport("workspace");
  const request = await cancelled(queued, asUser());
  expect(request).toMatchObject({ status: "running", result: null, cancel_requested_at: expect.any(String) });
});

test("once OpenClaw is being written to it is too late, and the answer says what to do then", async () => {
  await claimAndReport("workspace", "add");
  await expect(refused(cancel(queued, asUser()))).resolves.toMatchObject({
    status: 409,
    code: "too_late",
    hint: expect.stringContaining("remove the agent"),
  });
  await expect(rowOf(queued)).resolves.toMatchObject([{ status: "running", cancel_requested_by: null }]);
});

test("a request that has ended is refused", async () => {
  await cancelled(queued, asUser());
  await expect(refused(cancel(queued, asUser()))).resolves.toMatchObject({ status: 409, code: "not_cancellable" });
});

test.each(["publishableKey", "anonKey"] as const)(
  "with the %s alone, in an open project, a queued one ends",
  async (key) => {
    expect(await cancelled(queued, { apikey: served.stack[key] })).toMatchObject({ status: "error" });
    await expect(rowOf(queued)).resolves.toMatchObject([{ cancel_requested_by: "anon" }]);
  },
);

test("with a public key alone a running one goes on", async () => {
  await claimAndReport("workspace");
  await expect(refused(cancel(queued, asAnon()))).resolves.toMatchObject({ status: 403, code: "forbidden" });
});

test("among members a public key is not enough", async () => {
  const { database } = served;
  await database.query(`update private.settings set value = '"members"' where key = 'access_mode'`);
  try {
    await expect(refused(cancel(queued, asAnon()))).resolves.toMatchObject({ status: 401, hint: "Sign in first" });
    await expect(rowOf(queued)).resolves.toMatchObject([{ status: "queued" }]);
  } finally {
    await database.query(`update private.settings set value = '"open"' where key = 'access_mode'`);
  }
});

test("without a key, with an id that is none, and with one that nothing has, it is refused by name", async () => {
  await expect(refused(cancel(queued, {}))).resolves.toMatchObject({ status: 401 });
  await expect(refused(cancel("1", asUser()))).resolves.toMatchObject({ status: 400, field: "id" });
  for (const headers of [asUser(), asAnon()]) {
    await expect(refused(cancel(crypto.randomUUID(), headers))).resolves.toMatchObject({
      status: 404,
      code: "not_found",
    });
  }
});
