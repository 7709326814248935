import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { z } from "zod";
import { type ErrorBody, errorBody } from "#contract";
import { type FunctionStack, startFunctionStack } from "../../../dev/testing/function-stack.ts";

type User = FunctionStack["user"];

let served: FunctionStack;
let people: Record<"viewer" | "operator" | "owner" | "executor" | "stranger", User>;
beforeAll(async () => {
  served = await startFunctionStack();
  await served.database.query("insert into public.projects (id, name) values ('annex', 'Annex')");
  people = {
    viewer: await served.newUser("viewer"),
    operator: await served.newUser("operator"),
    owner: served.user,
    executor: await served.newUser("executor"),
    stranger: await served.newUser(),
  };
});
afterAll(() => served.stop());

const setMode = (mode: "open" | "members") =>
  served.database.query("update private.settings set value = to_jsonb($1::text) where key = 'access_mode'", [mode]);
beforeEach(() => setMode("members"));
afterEach(async () => {
  await served.database.query(
    "truncate public.agents, public.agent_status, public.brain_docs, public.agent_provision_requests, public.activities cascade",
  );
});

const as = ({ token }: User) => ({ apikey: served.stack.publishableKey, authorization: `Bearer ${token}` });
const ricky = (projectId = "front-office") => ({ projectId, displayName: "Ricky" });
const create = (user: User, body: unknown = ricky()) => served.call({ headers: as(user), body });

async function refused(answered: Promise<Response>): Promise<{ status: number } & ErrorBody> {
  const response = await answered;
  return { status: response.status, ...errorBody.strict().parse(await response.json()) };
}

const agents = () => served.database.query("select name from public.agents");

/** A request that failed (or waits), made by the service role. */
async function request(status: "error" | "queued"): Promise<string> {
  const response = await served.call({ headers: { apikey: served.stack.secretKey }, body: ricky() });
  const { id } = z.object({ request: z.object({ id: z.guid() }) }).parse(await response.json()).request;
  await served.database.query("update public.agent_provision_requests set status = $2 where id = $1", [id, status]);
  return id;
}

test.each(["operator", "owner"] as const)("an %s creates an agent, in their own name", async (who) => {
  const response = await create(people[who]);
  expect(response.status).toBe(202);
  expect(await response.json()).toMatchObject({ request: { requested_by: people[who].id } });
});

test("a viewer is told that looking is not changing", async () => {
  expect(await refused(create(people.viewer))).toEqual({
    status: 403,
    error: {
      code: "forbidden",
      message: "You may look at this project, but not change it",
      hint: "Ask an owner to make you an operator",
    },
  });
  expect(await agents()).toEqual([]);
});

test("a stranger hears of a project exactly what everybody hears of one that is not there", async () => {
  const hidden = await refused(create(people.stranger));
  expect(hidden).toMatchObject({ status: 404, error: { code: "project_not_found", field: "projectId" } });
  expect(await refused(create(people.stranger, ricky("nowhere")))).toEqual(hidden);
  expect(await refused(create(people.owner, ricky("nowhere")))).toEqual(hidden);
  expect(await refused(create(people.owner, ricky("annex")))).toEqual(hidden);
  expect(await agents()).toEqual([]);
});

test("of a batch it is said which agents are for a project that is not the caller's, and none is made", async () => {
  const body = { agents: [ricky(), ricky("annex"), ricky(), ricky("nowhere")] };
  const refusal = await refused(create(people.operator, body));
  expect(refusal).toMatchObject({ status: 404, error: { code: "project_not_found" } });
  expect(refusal.errors?.map(({ index, code, field }) => [index, code, field])).toEqual([
    [1, "project_not_found", "projectId"],
    [3, "project_not_found", "projectId"],
  ]);
  const viewed = await refused(create(people.viewer, { agents: [ricky()] }));
  expect(viewed).toMatchObject({ status: 403, errors: [{ index: 0, code: "forbidden" }] });
  expect(await agents()).toEqual([]);
});

test.each(["open", "members"] as const)("an executor's user is refused everywhere in %s mode", async (mode) => {
  await setMode(mode);
  const failed = await request("error");
  const forbidden = { status: 403, error: { code: "forbidden" } };
  const headers = as(people.executor);
  expect(await refused(create(people.executor))).toMatchObject(forbidden);
  expect(await refused(create(people.executor, { agents: [ricky()] }))).toMatchObject(forbidden);
  for (const path of [`/requests/${failed}/retry`, `/requests/${failed}/cancel`]) {
    expect(await refused(served.call({ path, headers })), path).toMatchObject(forbidden);
  }
  expect(await refused(served.call({ path: "/executors", headers, body: { executorId: "mini" } }))).toMatchObject(
    forbidden,
  );
});

test.each([
  ["retry", "error", 202],
  ["cancel", "queued", 200],
] as const)("to %s a request takes an operator of its project", async (verb, status, accepted) => {
  const id = await request(status);
  const send = (user: User) => served.call({ path: `/requests/${id}/${verb}`, headers: as(user) });
  const unknown = served.call({ path: `/requests/${crypto.randomUUID()}/${verb}`, headers: as(people.owner) });
  expect(await refused(send(people.stranger))).toEqual(await refused(unknown));
  expect(await refused(send(people.viewer))).toMatchObject({ status: 403, error: { code: "forbidden" } });
  expect(await served.database.query("select status from public.agent_provision_requests")).toEqual([{ status }]);
  expect((await send(people.operator)).status).toBe(accepted);
});

test("whoever is removed may do nothing from then on", async () => {
  const guest = await served.newUser("operator");
  expect((await create(guest)).status).toBe(202);
  await served.database.query("delete from public.project_members where user_id = $1", [guest.id]);
  expect(await refused(create(guest))).toMatchObject({ status: 404 });
});

test("while the project is open whoever is signed in creates, retries and cancels", async () => {
  await setMode("open");
  expect((await create(people.stranger)).status).toBe(202);
  const failed = await request("error");
  expect((await served.call({ path: `/requests/${failed}/retry`, headers: as(people.stranger) })).status).toBe(202);
  const queued = await request("queued");
  expect((await served.call({ path: `/requests/${queued}/cancel`, headers: as(people.viewer) })).status).toBe(200);
});
