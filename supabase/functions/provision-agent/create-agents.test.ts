import { randomUUID } from "node:crypto";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { errorBody, LARGEST_BATCH } from "#contract";
import { type FunctionStack, startFunctionStack } from "../../../dev/testing/function-stack.ts";

const created = z.object({ agent: z.looseObject({ agent_key: z.string() }), request: z.looseObject({ id: z.guid() }) });
const createdMany = z.object({ agents: z.array(created) });

let served: FunctionStack;
beforeAll(async () => {
  served = await startFunctionStack();
});
afterEach(() =>
  served.database.query(
    "truncate public.agents, public.agent_status, public.brain_docs, public.agent_provision_requests cascade",
  ),
);
afterAll(() => served.stop());

const ricky = (more: Record<string, unknown> = {}) => ({
  projectId: "front-office",
  displayName: "Ricky",
  emoji: "🦊",
  ...more,
});

const send = (body: unknown, headers: Record<string, string> = {}) =>
  served.call({ headers: { apikey: served.stack.publishableKey, ...headers }, body });

async function accepted(body: unknown, headers: Record<string, string> = {}): Promise<unknown> {
  const response = await send(body, headers);
  const answer: unknown = await response.json();
  expect({ status: response.status, answer }).toMatchObject({ status: 202 });
  return answer;
}

async function refused(body: unknown, headers: Record<string, string> = {}) {
  const response = await send(body, headers);
  return { status: response.status, ...errorBody.parse(await response.json()) };
}

const keysInDatabase = async () =>
  (await served.database.query("select agent_key from public.agents order by agent_key")).map(
    (row) => row["agent_key"],
  );

test("a batch makes every agent, in the order given, with a free key for each", async () => {
  const { agents } = createdMany.parse(
    await accepted({ agents: [ricky(), ricky({ displayName: "研究员" }), ricky()] }),
  );
  expect(agents.map(({ agent }) => agent.agent_key)).toEqual([
    "agent:ricky:main",
    "agent:yan-jiu-yuan:main",
    "agent:ricky-2:main",
  ]);
  expect(
    await served.database.query(
      `select r.id, r.agent_key, count(d.id)::int as documents, count(distinct s.id)::int as statuses
       from public.agent_provision_requests as r
       join public.brain_docs as d using (project_id, agent_key) join public.agent_status as s using (project_id, agent_key)
       group by r.id order by r.agent_key`,
    ),
  ).toEqual(
    agents
      .map(({ agent, request }) => ({ id: request.id, agent_key: agent.agent_key, documents: 3, statuses: 1 }))
      .sort((a, b) => a.agent_key.localeCompare(b.agent_key)),
  );
});

test("one bad field, and no agent of the batch is made; every bad one is named by its index", async () => {
  const refusal = await refused({
    agents: [ricky(), ricky({ displayName: "" }), ricky(), ricky({ emoji: "fox", color: "red" }), ricky({ size: 3 })],
  });
  expect(refusal).toMatchObject({ status: 400, error: { code: "invalid_request" } });
  expect(refusal.errors?.map(({ index, code, field }) => [index, code, field])).toEqual([
    [1, "invalid_request", "displayName"],
    [3, "invalid_request", "emoji"],
    [3, "invalid_request", "color"],
    [4, "invalid_request", "size"],
  ]);
  expect(await keysInDatabase()).toEqual([]);
});

test("keys that are taken, there or in the batch itself, are named by index, and none is made", async () => {
  await accepted(ricky({ agentKey: "agent:ricky:main" }));
  const refusal = await refused({
    agents: [
      ricky({ agentKey: "agent:ada:main" }),
      ricky({ agentKey: "agent:ricky:main" }),
      ricky({ agentKey: "agent:ada:main" }),
    ],
  });
  expect(refusal).toEqual({
    status: 409,
    error: {
      code: "agent_key_taken",
      message: "2 of 3 agents cannot be created, so none was",
      hint: "Mend those and send all of them again",
    },
    errors: [1, 2].map((index) => ({
      index,
      code: "agent_key_taken",
      field: "agentKey",
      message: "An agent with this key already exists in this project",
      hint: "Choose another key, or leave it out to get a free one",
    })),
  });
  expect(await keysInDatabase()).toEqual(["agent:ricky:main"]);
});

test("projects and executors that do not exist are named by index", async () => {
  const strange = await refused({ agents: [ricky(), ricky({ projectId: 'no", such(project' })] });
  expect(strange).toMatchObject({
    status: 404,
    errors: [{ index: 1, code: "project_not_found", field: "projectId" }],
  });
  const unknown = await refused({ agents: [ricky(), ricky({ executorId: "nobody" })] });
  expect(unknown).toMatchObject({
    status: 404,
    errors: [{ index: 1, code: "executor_not_found", field: "executorId" }],
  });
  expect(await keysInDatabase()).toEqual([]);
});

test("none, one too many, and something that is no list are refused", async () => {
  for (const agents of [[], Array.from({ length: LARGEST_BATCH + 1 }, () => ricky()), "Ricky", null]) {
    expect(await refused({ agents })).toMatchObject({
      status: 400,
      error: { code: "invalid_request", field: "agents" },
    });
  }
  expect(await refused({ agents: [ricky()], projectId: "front-office" })).toMatchObject({
    status: 400,
    error: { field: "projectId" },
  });
  expect(await keysInDatabase()).toEqual([]);
});

test("a batch above what may be created in a minute is refused whole", async () => {
  await served.database.query("update private.settings set value = '2' where key = 'creations_per_minute'");
  try {
    const refusal = await refused({ agents: [ricky(), ricky(), ricky()] });
    expect(refusal).toMatchObject({ status: 429, errors: [{ index: 2, code: "rate_limited" }] });
    expect(await keysInDatabase()).toEqual([]);
  } finally {
    await served.database.query("update private.settings set value = '100' where key = 'creations_per_minute'");
  }
});

test("the same Idempotency-Key and command get the same answer, and make nothing twice", async () => {
  for (const body of [ricky(), { agents: [ricky(), ricky({ displayName: "Ada" })] }]) {
    const headers = { "idempotency-key": randomUUID() };
    const first = await accepted(body, headers);
    const before = await keysInDatabase();
    expect(await accepted(body, headers)).toEqual(first);
    expect(await keysInDatabase()).toEqual(before);
  }
  expect(await keysInDatabase()).toEqual(["agent:ada:main", "agent:ricky-2:main", "agent:ricky:main"]);
});

test("twenty calls at once under one Idempotency-Key make one agent", async () => {
  const headers = { "idempotency-key": randomUUID() };
  const answers = await Promise.all(Array.from({ length: 20 }, () => accepted(ricky(), headers)));
  expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
  expect(await keysInDatabase()).toEqual(["agent:ricky:main"]);
});

test("twenty calls at once for one name make twenty agents; for one agent key they make one", async () => {
  const named = await Promise.all(Array.from({ length: 20 }, () => accepted(ricky())));
  expect(new Set(named.map((answer) => created.parse(answer).agent.agent_key)).size).toBe(20);

  const body = ricky({ agentKey: "agent:ada:main" });
  const responses = await Promise.all(Array.from({ length: 20 }, () => send(body)));
  expect(responses.map(({ status }) => status).sort()).toEqual([202, ...Array.from({ length: 19 }, () => 409)]);
  expect((await keysInDatabase()).filter((key) => key === "agent:ada:main")).toHaveLength(1);
});

test("a key that was used for another command is refused, and a key of another caller is another key", async () => {
  const headers = { "idempotency-key": randomUUID() };
  await accepted(ricky(), headers);
  for (const other of [ricky({ displayName: "Ada" }), { agents: [ricky()] }]) {
    expect(await refused(other, headers)).toMatchObject({
      status: 422,
      error: { code: "idempotency_key_reused", field: "Idempotency-Key" },
    });
  }
  const { agent } = created.parse(
    await accepted(ricky({ displayName: "Ada" }), { ...headers, authorization: `Bearer ${served.user.token}` }),
  );
  expect(agent.agent_key).toBe("agent:ada:main");
});

test("an Idempotency-Key that is no UUID is refused", async () => {
  expect(await refused(ricky(), { "idempotency-key": "again" })).toMatchObject({
    status: 400,
    error: { code: "invalid_request", field: "Idempotency-Key" },
  });
});

test("a refusal is not remembered: mended, the same command goes through under the same key", async () => {
  const headers = { "idempotency-key": randomUUID() };
  const body = ricky({ projectId: "second" });
  expect(await refused(body, headers)).toMatchObject({ status: 404 });
  await served.database.query("insert into public.projects (id, name) values ('second', 'Second')");
  await accepted(body, headers);
});

test("an answer is given again after its project is gone, and is logged once", async () => {
  await served.database.query("insert into public.projects (id, name) values ('brief', 'Brief')");
  for (const body of [ricky({ projectId: "brief" }), { agents: [ricky({ projectId: "brief" })] }]) {
    const headers = { "idempotency-key": randomUUID() };
    const first = await accepted(body, headers);
    await served.database.query("delete from public.projects where id = 'brief'");
    expect(await accepted(body, headers)).toEqual(first);
    await served.database.query("insert into public.projects (id, name) values ('brief', 'Brief')");
    const { request } = created.parse(createdMany.safeParse(first).data?.agents[0] ?? first);
    const logged = async () => (await served.readLog()).filter((line) => line.includes(request.id));
    await expect.poll(logged).not.toEqual([]);
    expect(await logged()).toHaveLength(1);
  }
});

test("fifty agents without a name of their own are made beside a thousand like them", async () => {
  await served.database.query(
    `insert into public.agents (project_id, agent_key, name, agent_id_short)
     select 'front-office', 'agent:' || id || ':main', 'Agent', id
     from (select 'agent' || case n when 1 then '' else '-' || n end as id from generate_series(1, 1000) as n) as ids`,
  );
  const nameless = Array.from({ length: LARGEST_BATCH }, () => ricky({ displayName: "!!!" }));
  const { agents } = createdMany.parse(await accepted({ agents: nameless }));
  expect(agents.map(({ agent }) => agent.agent_key)).toEqual(nameless.map((_, n) => `agent:agent-${1001 + n}:main`));
});

test("six batches of one name at once make three hundred agents", async () => {
  await served.database.query("update private.settings set value = '1000' where key = 'creations_per_minute'");
  try {
    const batch = { agents: Array.from({ length: LARGEST_BATCH }, () => ricky()) };
    await Promise.all(Array.from({ length: 6 }, () => accepted(batch)));
    expect(new Set(await keysInDatabase()).size).toBe(6 * LARGEST_BATCH);
  } finally {
    await served.database.query("update private.settings set value = '100' where key = 'creations_per_minute'");
  }
});

test("the agents of a batch are claimed in the order in which they were named", async () => {
  const names = Array.from({ length: LARGEST_BATCH }, (_, n) => `Agent ${n}`);
  await accepted({ agents: names.map((displayName) => ricky({ displayName })) });
  const instance = randomUUID();
  await served.database.query("select public.record_heartbeat('mini', $1, '{}')", [instance]);
  const claimed = await served.database.query(
    "select display_name from public.claim_provision_requests('mini', $1, 5, gen_random_uuid())",
    [instance],
  );
  expect(claimed.map((row) => row["display_name"])).toEqual(names.slice(0, 5));
});

test("an entry that is no agent is named as that", async () => {
  expect(await refused({ agents: [ricky(), null] })).toMatchObject({
    status: 400,
    errors: [{ index: 1, code: "invalid_request", message: "The agent has the wrong type: object is expected" }],
  });
});

test("a name that the database alone refuses is named by index", async () => {
  await served.database.query(
    "alter table public.agents add constraint agents_name_check check (name <> 'Odd') not valid",
  );
  try {
    expect(await refused({ agents: [ricky(), ricky({ displayName: "Odd" })] })).toMatchObject({
      status: 400,
      errors: [{ index: 1, code: "invalid_request", field: "displayName" }],
    });
    expect(await refused(ricky({ displayName: "Odd" }))).toMatchObject({
      status: 400,
      error: { code: "invalid_request", field: "displayName" },
    });
  } finally {
    await served.database.query("alter table public.agents drop constraint agents_name_check");
  }
});

test("an answer is forgotten after a day", async () => {
  const headers = { "idempotency-key": randomUUID() };
  await accepted(ricky(), headers);
  await served.database.query("update private.idempotency_keys set created_at = now() - interval '25 hours'");
  await served.database.query("select public.fail_stuck_requests()");
  await accepted(ricky(), headers);
  expect(await keysInDatabase()).toEqual(["agent:ricky-2:main", "agent:ricky:main"]);
});
