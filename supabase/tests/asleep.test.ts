import { randomUUID } from "node:crypto";
import { afterEach, beforeEach, expect, it } from "vitest";
import { createTestDatabase, type TestDatabase } from "../../dev/testing/test-database.ts";
import {
  beat,
  claim,
  create,
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
  sleepFor,
  stranger,
} from "./road.ts";

let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase();
  await seedProject(database);
  await beat(database);
});
afterEach(() => database.drop());

const NEXT = randomUUID();
const sweep = async () => (await database.queryAs(service, "select * from public.fail_stuck_requests()"))[0];
const nothing = { requeued: 0, failed: 0, expired: 0 };
const beatAs = (instance: string, about: object = {}) => beat(database, MINI, service, { ...about, instance });

/** One that runs in its last attempt, of `max`. */
async function runningLast(max = 1) {
  const { request } = await create(database);
  await database.query("update public.agent_provision_requests set max_attempts = $1, attempts = $1 - 1", [max]);
  const token = randomUUID();
  await claim(database, { token });
  return { id: request.id, token };
}

it("the last attempt of an executor that is silent goes on, and is given back when the same process is heard again", async () => {
  const { id, token } = await runningLast();
  await sleepFor(database, "9 hours");
  for (let times = 0; times < 3; times += 1) expect(await sweep()).toEqual(nothing);
  expect(await requestRow(database, id)).toMatchObject({ status: "running", attempts: 1 });
  await beat(database);
  expect(await requestRow(database, id)).toMatchObject({ status: "queued", attempts: 0, executor_id: MINI });
  expect(await settle(database, id, token, "ricky")).toBe("lost");
  const again = randomUUID();
  expect(await claim(database, { token: again })).toMatchObject([{ request_id: id, attempts: 1 }]);
  expect(await settle(database, id, again, "ricky")).toBe("settled");
});

it("nobody else takes what a sleeping executor holds", async () => {
  await beat(database, "other");
  await runningLast();
  await sleepFor(database, "9 hours");
  await beat(database, "other");
  await sweep();
  expect(await claim(database, { executor: "other" })).toEqual([]);
});

it("an attempt that a sweep counted meanwhile is given back as well, claimed again or not, and once", async () => {
  const waiting = await create(database, { id: "waiting" });
  const taken = await create(database, { id: "taken" });
  await claim(database);
  await sleepFor(database, "9 hours");
  expect(await sweep()).toEqual({ ...nothing, requeued: 2 });
  expect(await requestRow(database, waiting.request.id)).toMatchObject({ status: "queued", attempts: 1 });
  await skipBackoff(database, taken.request.id);
  await claim(database);
  for (let times = 0; times < 2; times += 1) {
    await beat(database);
    expect(await requestRow(database, waiting.request.id)).toMatchObject({ status: "queued", attempts: 0 });
    expect(await requestRow(database, taken.request.id)).toMatchObject({ status: "running", attempts: 1 });
    await database.query("update public.executors set last_seen_at = now() - interval '5 minutes'");
  }
  expect(await claim(database)).toMatchObject([{ request_id: waiting.request.id, attempts: 1 }]);
});

it("ten nights use up no attempt", async () => {
  const { request } = await create(database);
  for (let night = 0; night < 10; night += 1) {
    expect(await claim(database)).toMatchObject([{ attempts: 1 }]);
    await sleepFor(database, "9 hours");
    if (night % 2 === 0) await sweep();
    await beat(database);
  }
  expect(await requestRow(database, request.id)).toMatchObject({ status: "queued", attempts: 0 });
});

it("a process that is there and does not renew has its attempts counted, to the last", async () => {
  const { request } = await create(database);
  await database.query("update public.agent_provision_requests set max_attempts = 2");
  await claim(database);
  // Seen for the last time 25 s ago, before the lapse: the next heartbeat is only due in 5 s.
  await expireLease(database, request.id);
  await database.query("update public.executors set last_seen_at = now() - interval '25 seconds'");
  expect(await sweep()).toEqual({ ...nothing, requeued: 1 });
  await beat(database);
  expect(await requestRow(database, request.id)).toMatchObject({ status: "queued", attempts: 1 });
  await skipBackoff(database, request.id);
  await claim(database);
  await database.query("update private.request_leases set lease_expires_at = now() - interval '1 second'");
  await database.query("update public.executors set last_seen_at = now() - interval '25 seconds'");
  expect(await sweep()).toEqual(nothing);
  await beat(database);
  expect(await requestRow(database, request.id)).toMatchObject({ status: "running", attempts: 2 });
  expect(await sweep()).toEqual({ ...nothing, failed: 1 });
  expect(await requestRow(database, request.id)).toMatchObject({
    status: "error",
    result: { code: "lease_expired", attempts: 2 },
  });
});

it("the attempt of a process that died counts at once when the next one names it, so that a deadly request ends", async () => {
  const { id } = await runningLast(3);
  await beatAs(NEXT, { replaces: [INSTANCE] });
  expect(await sweep()).toEqual({ ...nothing, failed: 1 });
  expect(await requestRow(database, id)).toMatchObject({ status: "error", result: { code: "lease_expired" } });
});

it("the attempt of a process that died in silence counts, whether a sweep came first or not", async () => {
  const { request } = await create(database);
  await claim(database);
  await sleepFor(database, "9 hours");
  await sweep();
  await beatAs(NEXT);
  expect(await requestRow(database, request.id)).toMatchObject({ status: "queued", attempts: 1 });
  await database.query("update public.agent_provision_requests set run_after = now(), max_attempts = 2");
  await claim(database, { instance: NEXT });
  await sleepFor(database, "9 hours");
  expect(await sweep()).toEqual(nothing);
  await beatAs(INSTANCE);
  expect(await sweep()).toEqual({ ...nothing, failed: 1 });
});

it("what a process held before another took over counts, whichever of the two is heard after a long silence", async () => {
  const { request } = await create(database);
  for (const [attempts, waking] of [
    [1, NEXT],
    [2, INSTANCE],
  ] as const) {
    await claim(database);
    await database.query("update public.executors set last_seen_at = now() - interval '61 seconds'");
    await beatAs(NEXT);
    await sleepFor(database, "9 hours");
    if (waking === NEXT) await sweep();
    await beatAs(waking);
    await sweep();
    expect(await requestRow(database, request.id)).toMatchObject({ status: "queued", attempts });
    await database.query("update public.agent_provision_requests set run_after = now()");
    await database.query("update public.executors set instance_id = $1", [INSTANCE]);
  }
});

it("a lease that runs on through a short silence is kept", async () => {
  const { id, token } = await runningLast();
  await database.query("update public.executors set last_seen_at = now() - interval '50 seconds'");
  await beat(database);
  expect(await requestRow(database, id)).toMatchObject({ status: "running", attempts: 1 });
  expect(await settle(database, id, token, "ricky")).toBe("settled");
});

it("what a sleeping executor holds can be cancelled, and stays so when it wakes", async () => {
  const { id, token } = await runningLast();
  await sleepFor(database, "9 hours");
  await sweep();
  await database.queryAs(service, "select public.cancel_request($1, $2)", [id, stranger.sub]);
  await beat(database);
  expect(await requestRow(database, id)).toMatchObject({ status: "error", result: { code: "cancelled" } });
  expect(await settle(database, id, token, "ricky")).toBe("lost");
});

it("heartbeats, sweeps and claims at the moment of waking: all end, each request goes back once, and none fails", async () => {
  for (let nr = 0; nr < 12; nr += 1) await create(database, { id: `agent-${nr}` });
  await database.query("update public.agent_provision_requests set max_attempts = 1 + (random() > 0.5)::int");
  await claim(database, { slots: 12 });
  for (let round = 0; round < 5; round += 1) {
    await sleepFor(database, "9 hours");
    await Promise.all([sweep(), beat(database), sweep(), beat(database), sweep(), claim(database, { slots: 12 })]);
    await database.query("update public.agent_provision_requests set run_after = now()");
    await claim(database, { slots: 12 });
    const rows = await database.query("select status, attempts from public.agent_provision_requests");
    expect(rows).toEqual(rows.map(() => ({ status: "running", attempts: 1 })));
  }
});

const expired = (days: number, attempts: number) => ({
  status: "error",
  result: {
    ...{ code: "expired", message: `No executor has worked on this for ${days} days`, attempts },
    hint: expect.any(String),
  },
});

it("a request that was tried and whose Mac never comes back expires after 30 days, and not before", async () => {
  const { request } = await create(database);
  const token = randomUUID();
  await claim(database, { token });
  await fail(database, request.id, token);
  await database.query("update public.agent_provision_requests set requested_at = now() - interval '60 days'");
  for (const [days, outcome] of [
    [29, { status: "queued" }],
    [31, expired(30, 1)],
  ] as const) {
    await database.query("update public.agent_provision_requests set run_after = now() - make_interval(days => $1)", [
      days,
    ]);
    await sweep();
    expect(await requestRow(database, request.id)).toMatchObject(outcome);
  }
});

it("the last attempt of a Mac that never comes back expires after 30 days, and not before", async () => {
  const { id } = await runningLast();
  await sleepFor(database, "29 days");
  expect(await sweep()).toEqual(nothing);
  await sleepFor(database, "31 days");
  expect(await sweep()).toEqual({ ...nothing, expired: 1 });
  expect(await requestRow(database, id)).toMatchObject(expired(30, 1));
});

it("what is given back after a long wait and a long sleep is not expired by the next sweep", async () => {
  const { request } = await create(database);
  await claim(database);
  await sleepFor(database, "3 days");
  await database.query(
    `update public.agent_provision_requests
     set requested_at = now() - interval '40 days', run_after = now() - interval '40 days'`,
  );
  await sweep();
  await beat(database);
  await sweep();
  expect(await claim(database)).toMatchObject([{ request_id: request.id }]);
});

it("neither the sweep nor a heartbeat reads what has ended", async () => {
  await runningLast();
  await database.query(
    `begin;
     set local session_replication_role = replica;
     insert into public.agent_provision_requests
       (project_id, agent_key, agent_id_short, display_name, emoji, role_short, status, completed_at)
     select '${PROJECT}', 'agent:a' || n || ':main', 'a' || n, 'A', '🦊', '', 'done', now() from generate_series(1, 20000) as n;
     insert into private.request_leases
       (request_id, executor_id, instance_id, claim_token, lease_expires_at, bound_by_claim, settled_at)
     select r.id, '${MINI}', '${INSTANCE}', gen_random_uuid(), now(), false, now()
     from public.agent_provision_requests as r where r.status = 'done';
     commit;`,
  );
  await database.query("analyze public.agent_provision_requests, private.request_leases");
  await sleepFor(database, "9 hours");
  // Counts what this session has not handed on yet, of earlier statements too.
  await database.query(
    `create function public.rows_read() returns int language sql as $$
       select sum(seq_tup_read + coalesce(idx_tup_fetch, 0))::int from pg_stat_xact_all_tables
       where relname in ('agent_provision_requests', 'request_leases')
     $$;
     create function public.rows_read_by_both() returns int language plpgsql as $$
     declare
       before int := public.rows_read();
     begin
       perform public.fail_stuck_requests();
       perform public.record_heartbeat('${MINI}', '${INSTANCE}', '{}');
       return public.rows_read() - before;
     end $$`,
  );
  const [read] = await database.query("select public.rows_read_by_both() as rows");
  expect(read?.["rows"]).toBeGreaterThan(0);
  expect(read?.["rows"]).toBeLessThan(100);
});
