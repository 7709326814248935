import { randomUUID } from "node:crypto";
import { afterEach, beforeEach, expect, it } from "vitest";
import { createTestDatabase, type TestDatabase } from "../../dev/testing/test-database.ts";
import {
  beat,
  claim,
  create,
  doneResult,
  expireLease,
  fail,
  INSTANCE,
  MINI,
  PROJECT,
  requestRow,
  seedProject,
  service,
  settle,
  skipBackoff,
} from "./road.ts";

let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase();
  await seedProject(database);
  await beat(database);
});
afterEach(() => database.drop());

const ids = (rows: Record<string, unknown>[]) => rows.map((row) => row["request_id"]);

async function sweep() {
  const [counts] = await database.queryAs(service, "select * from public.fail_stuck_requests()");
  return counts;
}

it("a claim takes the oldest queued requests first, as many as there are slots", async () => {
  const made = [];
  for (const id of ["a", "b", "c"]) made.push((await create(database, { id })).request.id);
  expect(ids(await claim(database, { slots: 2 }))).toEqual(made.slice(0, 2));
  expect(ids(await claim(database, { slots: 2 }))).toEqual(made.slice(2));
  expect(await claim(database, { slots: 2 })).toEqual([]);
});

it("a claimed request is running, bound to the executor, and counts the attempt", async () => {
  const { request } = await create(database);
  const [claimed] = await claim(database);
  expect(claimed).toMatchObject({
    agent_id_short: "ricky",
    display_name: "Ricky",
    emoji: "🦊",
    attempts: 1,
    workspace_prepared: false,
  });
  expect(await requestRow(database, request.id)).toMatchObject({ status: "running", executor_id: MINI, attempts: 1 });
});

it("the same token gives the same rows again, and claims nothing more", async () => {
  const { request } = await create(database);
  const token = randomUUID();
  await claim(database, { slots: 1, token });
  await create(database, { id: "other" });
  expect(ids(await claim(database, { slots: 1, token }))).toEqual([request.id]);
  expect(await requestRow(database, request.id)).toMatchObject({ attempts: 1 });
});

it("claims at the same time never share a request", async () => {
  for (let n = 0; n < 10; n++) await create(database, { id: `agent-${n}` });
  const claims = await Promise.all(Array.from({ length: 6 }, () => claim(database, { slots: 3 })));
  const claimed = claims.flatMap(ids);
  expect(claimed).toHaveLength(10);
  expect(new Set(claimed).size).toBe(10);
});

it("a request bound to one executor is not given to another", async () => {
  await beat(database, "other");
  const { request } = await create(database, { executor: "other" });
  expect(await claim(database, { executor: MINI })).toEqual([]);
  expect(ids(await claim(database, { executor: "other" }))).toEqual([request.id]);
});

it("of two unbound agents with one id the first claimed wins and the other ends as agent_id_taken", async () => {
  await database.query("delete from public.executors");
  const { request } = await create(database, { key: "agent:ricky:main" });
  await database.query("insert into public.projects (id, name) values ('second', 'Second')");
  await database.query(
    "insert into public.agents (project_id, agent_key, name, emoji) values ('second', 'agent:ricky:main', 'Rick', '🦊')",
  );
  const [late] = await database.queryAs(
    { role: "anon" },
    `insert into public.agent_provision_requests (project_id, agent_key, agent_id_short, display_name, emoji, role_short)
     values ('second', 'agent:ricky:main', 'ricky', 'Rick', '🦊', '') returning id`,
  );
  await beat(database);
  expect(ids(await claim(database, { slots: 5 }))).toEqual([request.id]);
  expect(await requestRow(database, String(late?.["id"]))).toMatchObject({
    status: "error",
    result: { code: "agent_id_taken" },
  });
});

it("completing sets the request done and the agent provisioned together, once", async () => {
  const { request } = await create(database);
  const token = randomUUID();
  await claim(database, { token });
  expect(await settle(database, request.id, token, "ricky")).toBe("settled");
  expect(await settle(database, request.id, token, "ricky")).toBe("already_settled");
  expect(await requestRow(database, request.id)).toMatchObject({ status: "done", result: doneResult("ricky") });
  const [agent] = await database.query("select * from public.agents");
  expect(agent).toMatchObject({
    provisioned: true,
    executor_id: MINI,
    workspace_path: "/home/.openclaw/workspace-ricky",
  });
  const [runtime] = await database.query("select agents from public.executor_runtime");
  expect(runtime).toMatchObject({ agents: [{ id: "ricky" }] });
  expect(await database.query("select type, message from public.activities order by created_at")).toEqual([
    { type: "agent_requested", message: "Setting up Ricky was asked for" },
    { type: "agent_provisioned", message: "Ricky is live" },
  ]);
});

it("of two completions with the same list both are confirmed by a list from after their end", async () => {
  const list = JSON.stringify(["a", "b"].map((id) => ({ id, name: id, emoji: "", workspace: "/w", isDefault: false })));
  const token = randomUUID();
  for (const id of ["a", "b"]) await create(database, { id });
  for (const { request_id, agent_id_short } of await claim(database, { token })) {
    await database.queryAs(service, "select public.complete_provision_request($1, $2, $3, $4)", [
      ...[request_id, token, doneResult(String(agent_id_short)), list],
    ]);
  }
  expect(
    await database.query(
      `select x.published_at >= r.completed_at as confirmed
       from public.agent_provision_requests as r join public.executor_runtime as x using (executor_id)`,
    ),
  ).toEqual([{ confirmed: true }, { confirmed: true }]);
});

it("a result that names another agent is refused and changes nothing", async () => {
  const { request } = await create(database);
  const token = randomUUID();
  await claim(database, { token });
  await expect(settle(database, request.id, token, "other")).rejects.toMatchObject({ code: "PT400" });
  expect(await requestRow(database, request.id)).toMatchObject({ status: "running" });
});

it("a zombie whose lease was given away changes nothing", async () => {
  const { request } = await create(database);
  const zombie = randomUUID();
  await claim(database, { token: zombie });
  await expireLease(database, request.id);
  expect(await sweep()).toEqual({ requeued: 1, failed: 0, expired: 0 });
  await skipBackoff(database, request.id);
  const token = randomUUID();
  await claim(database, { token });
  const before = await requestRow(database, request.id);
  expect(await settle(database, request.id, zombie, "ricky")).toBe("lost");
  expect(await fail(database, request.id, zombie)).toBe("lost");
  const [renewal] = await database.queryAs(service, "select * from public.renew_provision_lease($1, $2, '[]')", [
    request.id,
    zombie,
  ]);
  expect(renewal).toEqual({ held: false, cancel_requested: false });
  expect(await requestRow(database, request.id)).toEqual(before);
  expect(await settle(database, request.id, token, "ricky")).toBe("settled");
});

it("a zombie hears that it lost also before anyone else has claimed, and after the last attempt", async () => {
  const { request } = await create(database);
  for (const max of [3, 1]) {
    await database.query("update public.agent_provision_requests set max_attempts = attempts + $1", [max]);
    await skipBackoff(database, request.id);
    const zombie = randomUUID();
    await claim(database, { token: zombie });
    await expireLease(database, request.id);
    await sweep();
    expect(await settle(database, request.id, zombie, "ricky")).toBe("lost");
  }
  expect(await requestRow(database, request.id)).toMatchObject({ status: "error", result: { code: "lease_expired" } });
});

it("a request that slipped in while its agent went live is not run", async () => {
  const { request } = await create(database);
  const token = randomUUID();
  await claim(database, { token });
  await settle(database, request.id, token, "ricky");
  const [late] = await database.query(
    `insert into public.agent_provision_requests (project_id, agent_key, agent_id_short, display_name, emoji, role_short)
     values ($1, 'agent:ricky:main', 'ricky', 'Ricky', '🦊', '') returning id`,
    [PROJECT],
  );
  expect(await claim(database)).toEqual([]);
  expect(await requestRow(database, String(late?.["id"]))).toMatchObject({
    status: "error",
    result: { code: "already_done" },
  });
});

it("completing does not need the executor's row, and wants a list", async () => {
  const { request } = await create(database);
  const token = randomUUID();
  await claim(database, { token });
  await database.query("delete from public.executors");
  await expect(
    database.queryAs(service, "select public.complete_provision_request($1, $2, $3, null)", [
      request.id,
      token,
      doneResult("ricky"),
    ]),
  ).rejects.toMatchObject({ code: "PT400" });
  expect(await settle(database, request.id, token, "ricky")).toBe("settled");
});

it("a claim without a number of slots, a token or an executor is refused", async () => {
  await create(database);
  const ask = (values: unknown[]) =>
    database.queryAs(service, "select * from public.claim_provision_requests($1, $2, $3, $4)", values);
  await expect(ask([MINI, randomUUID(), null, randomUUID()])).rejects.toMatchObject({ code: "PT400" });
  await expect(ask([MINI, randomUUID(), 3, null])).rejects.toMatchObject({ code: "PT400" });
  await expect(ask([null, randomUUID(), 3, randomUUID()])).rejects.toMatchObject({ code: "PT403" });
});

it("a renewal without progress touches the lease and leaves the request's row alone", async () => {
  const { request } = await create(database);
  const token = randomUUID();
  await claim(database, { token });
  const version = () =>
    database.query("select xmin::text from public.agent_provision_requests where id = $1", [request.id]);
  const before = await version();
  await database.queryAs(service, "select * from public.renew_provision_lease($1, $2, null, 3000)", [
    request.id,
    token,
  ]);
  expect(await version()).toEqual(before);
  const [lease] = await database.query(
    "select lease_expires_at > now() + interval '40 minutes' as extended from private.request_leases",
  );
  expect(lease).toEqual({ extended: true });
});

it("progress is stored, and tells the next attempt that the workspace is ours", async () => {
  const { request } = await create(database);
  const token = randomUUID();
  await claim(database, { token });
  const progress = JSON.stringify([{ step: "workspace", state: "done", ms: 3 }]);
  const [renewal] = await database.queryAs(service, "select * from public.renew_provision_lease($1, $2, $3)", [
    request.id,
    token,
    progress,
  ]);
  expect(renewal).toEqual({ held: true, cancel_requested: false });
  expect(await fail(database, request.id, token)).toBe("settled");
  await skipBackoff(database, request.id);
  expect(await claim(database)).toMatchObject([{ request_id: request.id, attempts: 2, workspace_prepared: true }]);
});

it("an acknowledged file tells later attempts that the workspace is ours, whatever their progress says", async () => {
  const { request } = await create(database);
  const token = randomUUID();
  await claim(database, { token });
  const [soul] = await database.query("select id from public.brain_docs where doc_type = 'soul'");
  await database.queryAs(service, "select public.acknowledge_document($1, $2, $3, 1, 'abc')", [
    MINI,
    INSTANCE,
    soul?.["id"],
  ]);
  const broken = JSON.stringify([{ step: "workspace", state: "error", ms: 3 }]);
  await database.queryAs(service, "select * from public.renew_provision_lease($1, $2, $3)", [
    request.id,
    token,
    broken,
  ]);
  await fail(database, request.id, token);
  await skipBackoff(database, request.id);
  expect(await claim(database)).toMatchObject([{ workspace_prepared: true }]);
});

it("a transient failure queues again with a later start, until the attempts are used up", async () => {
  const { request } = await create(database);
  for (const attempt of [1, 2, 3]) {
    await skipBackoff(database, request.id);
    const token = randomUUID();
    expect(await claim(database, { token })).toHaveLength(1);
    expect(await fail(database, request.id, token)).toBe("settled");
    const row = await requestRow(database, request.id);
    expect(row).toMatchObject({ attempts: attempt, status: attempt < 3 ? "queued" : "error", executor_id: MINI });
    expect(await claim(database)).toEqual([]);
  }
  expect(await requestRow(database, request.id)).toMatchObject({
    result: { code: "openclaw_failed", message: "It broke", step: "add", attempts: 3 },
  });
  expect(await database.query("select attempt, output from private.request_diagnostics order by id")).toHaveLength(3);
});

it("a permanent failure ends the request at once", async () => {
  const { request } = await create(database);
  const token = randomUUID();
  await claim(database, { token });
  await fail(database, request.id, token, true);
  expect(await requestRow(database, request.id)).toMatchObject({ status: "error", attempts: 1 });
});

it("a release gives back the attempt, and the binding only when the claim made it", async () => {
  const bound = await create(database, { id: "bound" });
  await database.query("delete from public.executors");
  const free = await create(database, { id: "free" });
  await beat(database);
  const token = randomUUID();
  await claim(database, { token });
  for (const { request } of [bound, free]) {
    const [answer] = await database.queryAs(service, "select public.release_provision_request($1, $2) as is", [
      request.id,
      token,
    ]);
    expect(answer).toEqual({ is: "released" });
  }
  expect(await requestRow(database, bound.request.id)).toMatchObject({
    status: "queued",
    attempts: 0,
    executor_id: MINI,
  });
  expect(await requestRow(database, free.request.id)).toMatchObject({
    status: "queued",
    attempts: 0,
    executor_id: null,
  });
  expect(await database.query("select agent_id_short, executor_id from public.agents order by 1")).toEqual([
    { agent_id_short: "bound", executor_id: MINI },
    { agent_id_short: "free", executor_id: null },
  ]);
});

it("the watchdog fails what ran out of attempts, and leaves a live lease and a waiting request alone", async () => {
  const lost = await create(database, { id: "lost" });
  await database.query("update public.agent_provision_requests set max_attempts = 1");
  const live = await create(database, { id: "live" });
  await claim(database, { slots: 2 });
  const waiting = await create(database, { id: "waiting" });
  await database.query("update public.agent_provision_requests set requested_at = now() - interval '29 days'");
  await expireLease(database, lost.request.id);
  expect(await sweep()).toEqual({ requeued: 0, failed: 1, expired: 0 });
  expect(await requestRow(database, lost.request.id)).toMatchObject({
    status: "error",
    result: { code: "lease_expired" },
  });
  expect(await requestRow(database, live.request.id)).toMatchObject({ status: "running" });
  expect(await requestRow(database, waiting.request.id)).toMatchObject({ status: "queued" });
});

it("the watchdog expires what waited for 30 days and removes what ended 90 days ago", async () => {
  const old = await create(database, { id: "old" });
  await database.query(
    `update public.agent_provision_requests
     set requested_at = now() - interval '31 days', run_after = now() - interval '31 days'`,
  );
  expect(await sweep()).toEqual({ requeued: 0, failed: 0, expired: 1 });
  expect(await requestRow(database, old.request.id)).toMatchObject({ status: "error", result: { code: "expired" } });
  await database.query("update public.agent_provision_requests set completed_at = now() - interval '91 days'");
  await sweep();
  expect(await database.query("select * from public.agent_provision_requests")).toEqual([]);
});

it("nobody makes a request running without a claim", async () => {
  await create(database);
  await expect(
    database.queryAs(service, "update public.agent_provision_requests set status = 'running'"),
  ).rejects.toMatchObject({ code: "PT409", message: "A request runs only under a claim" });
});

it("the claim reads the partial index, in its order", async () => {
  await database.query(
    `insert into public.agent_provision_requests (project_id, agent_key, agent_id_short, display_name, emoji, role_short, status)
     select $1, 'agent:a' || n || ':main', 'a' || n, 'A', '🦊', '', 'done' from generate_series(1, 20000) as n`,
    [PROJECT],
  );
  await database.query("analyze public.agent_provision_requests");
  const plan = await database.query(
    `explain select r.id from public.agent_provision_requests as r
     where r.status = 'queued' and r.run_after <= now() order by r.requested_at, r.id limit 3 for update skip locked`,
  );
  const text = plan.map((line) => line["QUERY PLAN"]).join("\n");
  expect(text).toContain("agent_provision_requests_queued_idx");
  expect(text).not.toContain("Sort");
});
