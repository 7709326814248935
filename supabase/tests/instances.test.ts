import { randomUUID } from "node:crypto";
import { afterEach, beforeEach, expect, it } from "vitest";
import { createTestDatabase, type TestDatabase } from "../../dev/testing/test-database.ts";
import {
  acknowledge,
  acknowledgeAll,
  disk,
  displaced,
  found,
  idOf,
  list,
  read,
  reportError,
  sha256,
  versions,
} from "./document-verbs.ts";
import { makeLive } from "./life.ts";
import { beat, claim, create, expireLease, INSTANCE, MINI, PROJECT, requestRow, seedProject, service } from "./road.ts";

let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase();
  await seedProject(database);
  await beat(database);
});
afterEach(() => database.drop());

const other = randomUUID();
const held = {
  code: "PT409",
  message: expect.stringMatching(/^Another process works as executor mini, and was seen \d s ago$/),
  detail: '{"code": "executor_held"}',
  hint: expect.stringContaining("EXECUTOR_ID"),
};
const beatAs = (instance: string, about: object = {}) => beat(database, MINI, service, { ...about, instance });
const publish = (instance: string) =>
  database.queryAs(service, "select public.publish_runtime($1, $2, '[]')", [MINI, instance]);
const silentFor = (seconds: number) =>
  database.query("update public.executors set last_seen_at = now() - make_interval(secs => $1)", [seconds]);
const holder = async () =>
  (await database.query("select instance_id from public.executors where id = 'mini'"))[0]?.["instance_id"];
const counters = async () =>
  (await database.query("select counters from public.executors where id = 'mini'"))[0]?.["counters"];
const sweep = () => database.queryAs(service, "select * from public.fail_stuck_requests()");

it("a second instance neither beats, nor claims, nor publishes while the first was seen within a minute", async () => {
  await create(database);
  await silentFor(55);
  await expect(beatAs(other)).rejects.toMatchObject({ ...held, message: expect.stringContaining("seen 55 s ago") });
  await beatAs(INSTANCE);
  await expect(beatAs(other)).rejects.toMatchObject(held);
  await expect(claim(database, { instance: other })).rejects.toMatchObject(held);
  await expect(publish(other)).rejects.toMatchObject(held);
  expect(await holder()).toBe(INSTANCE);
  expect(await claim(database)).toHaveLength(1);
});

it("after a minute of silence the second takes over, and the first hears of it and may take over in its turn", async () => {
  const { request } = await create(database);
  await silentFor(61);
  await beatAs(other);
  await expect(beatAs(INSTANCE)).rejects.toMatchObject(held);
  await expect(claim(database)).rejects.toMatchObject(held);
  expect(await claim(database, { instance: other })).toMatchObject([{ request_id: request.id }]);
  await silentFor(61);
  await beatAs(INSTANCE);
  expect(await claim(database)).toEqual([]);
});

it("of documents one that waits is told nothing, and nothing that it says is heard", async () => {
  await makeLive(database);
  const soul = await idOf(database);
  await silentFor(61);
  await beatAs(other);
  const late = { instance: INSTANCE };
  const verbs = [
    () => list(database, late),
    () => read(database, [soul], late),
    () => found(database, "older", "I am ricky", late),
    () => acknowledge(database, soul, 1, "I am ricky", late),
    () => acknowledgeAll(database, [{ id: soul, revision: 1, sha256: sha256("I am ricky") }], late),
    () => displaced(database, soul, "older", late),
    () => reportError(database, soul, { code: "disk_full", message: "Full" }, late),
  ];
  for (const verb of verbs) await expect(verb(), String(verb)).rejects.toMatchObject(held);
  expect(await versions(database)).toMatchObject([{ content: "I am ricky" }]);
  expect(await disk(database)).toBeUndefined();
  await acknowledge(database, soul, 1, "I am ricky", { instance: other });
  expect(await disk(database)).toMatchObject({ revision: 1 });
});

it("of two that take over at the same moment one does", async () => {
  await silentFor(61);
  const ends = await Promise.allSettled([beatAs(other), beatAs(randomUUID()), beatAs(randomUUID())]);
  expect(ends.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected", "rejected"]);
});

it("one that replaces a dead instance waits for nothing, and what that one held goes back into the queue", async () => {
  const { request } = await create(database);
  await claim(database);
  await beatAs(other, { replaces: [randomUUID(), INSTANCE] });
  expect(await holder()).toBe(other);
  expect(await sweep()).toEqual([{ requeued: 1, failed: 0, expired: 0 }]);
  expect(await requestRow(database, request.id)).toMatchObject({ status: "queued", attempts: 1 });
  await expect(claim(database)).rejects.toMatchObject(held);
});

it("naming oneself, or one that holds nothing, ends no lease and takes nothing over", async () => {
  const { request } = await create(database);
  await claim(database);
  await beatAs(INSTANCE, { replaces: [INSTANCE] });
  await expect(beatAs(other, { replaces: [randomUUID()] })).rejects.toMatchObject(held);
  expect(await sweep()).toEqual([{ requeued: 0, failed: 0, expired: 0 }]);
  expect(await requestRow(database, request.id)).toMatchObject({ status: "running" });
});

it("the heartbeat keeps the counters, and how long the oldest request that this executor could take has been due", async () => {
  await beat(database, "spare");
  await create(database, { id: "elsewhere", executor: "spare" });
  await beatAs(INSTANCE, { counters: { claimed: 7 } });
  expect(await counters()).toEqual({ claimed: 7, oldestQueuedSeconds: 0 });
  await database.query("update public.agent_provision_requests set requested_at = now() - interval '900 s'");
  const mine = await create(database, { id: "mine", executor: MINI });
  await database.query(
    `update public.agent_provision_requests
     set requested_at = now() - interval '300 s', run_after = now() - interval '120 s' where id = $1`,
    [mine.request.id],
  );
  await beatAs(INSTANCE);
  expect(await counters()).toEqual({ oldestQueuedSeconds: expect.closeTo(120, -1) });
});

/** The rows that are there stay as they are, but no change of one that breaks the rule is accepted. */
const addRule = (table: string, rule: string) =>
  database.query(`alter table public.${table} add constraint younger_rule check (${rule}) not valid`);

it("a request that the database cannot change any more ends as invalid_row, and stops nobody else", async () => {
  const bad = [];
  for (const id of ["bad1", "bad2", "bad3"]) bad.push((await create(database, { id, name: "Old" })).request.id);
  const good = await create(database, { id: "good" });
  await addRule("agent_provision_requests", "display_name <> 'Old'");
  expect(await claim(database, { slots: 3 })).toMatchObject([{ request_id: good.request.id }]);
  for (const id of bad) {
    expect(await requestRow(database, id)).toMatchObject({
      status: "error",
      attempts: 0,
      result: { code: "invalid_row", message: expect.stringContaining("younger_rule"), hint: expect.any(String) },
    });
  }
});

it("a request whose agent cannot be changed any more ends as invalid_row, and stops nobody else", async () => {
  await database.query("delete from public.executors");
  const bad = await create(database, { id: "bad", name: "Old" });
  const good = await create(database, { id: "good" });
  await beat(database);
  await addRule("agents", "name <> 'Old'");
  expect(await claim(database)).toMatchObject([{ request_id: good.request.id }]);
  expect(await requestRow(database, bad.request.id)).toMatchObject({
    status: "error",
    executor_id: null,
    result: { code: "invalid_row" },
  });
});

it("a running request that cannot be changed any more is ended by the sweep, which goes on", async () => {
  const bad = await create(database, { id: "bad", name: "Old" });
  const good = await create(database, { id: "good" });
  await claim(database);
  await addRule("agent_provision_requests", "display_name <> 'Old'");
  for (const { request } of [bad, good]) await expireLease(database, request.id);
  await sweep();
  expect(await requestRow(database, bad.request.id)).toMatchObject({
    status: "error",
    result: { code: "invalid_row" },
  });
  expect(await requestRow(database, good.request.id)).toMatchObject({ status: "queued" });
});

it("a lock that times out ends the claim, and no request", async () => {
  const { request } = await create(database);
  await database.query(
    `create function public.too_late() returns trigger language plpgsql as
     $$ begin raise exception 'canceling statement due to lock timeout' using errcode = '55P03'; end $$;
     create trigger too_late before update on public.agent_provision_requests for each row execute function too_late()`,
  );
  await expect(claim(database)).rejects.toMatchObject({ code: "55P03" });
  expect(await requestRow(database, request.id)).toMatchObject({ status: "queued", attempts: 0 });
});

it("a claim that has reported progress goes back to the same executor, and gives back the attempt", async () => {
  await database.query("delete from public.executors");
  const begun = await create(database, { id: "begun" });
  const untouched = await create(database, { id: "untouched" });
  await beat(database);
  const token = randomUUID();
  await claim(database, { token });
  const progress = JSON.stringify([{ step: "workspace", state: "running" }]);
  await database.queryAs(service, "select public.renew_provision_lease($1, $2, $3)", [
    begun.request.id,
    token,
    progress,
  ]);
  for (const { request } of [begun, untouched])
    await database.queryAs(service, "select public.release_provision_request($1, $2)", [request.id, token]);
  const freed = { status: "queued", attempts: 0, picked_up_at: null };
  expect(await requestRow(database, begun.request.id)).toMatchObject({ ...freed, executor_id: MINI });
  expect(await requestRow(database, untouched.request.id)).toMatchObject({ ...freed, executor_id: null });
});

it("three executors share what is bound to nobody, take what is bound to them alone, and nothing twice", async () => {
  await database.query("delete from public.executors");
  await database.query("update private.settings set value = '1000' where key = 'creations_per_minute'");
  const executors = ["one", "two", "three"];
  for (let n = 0; n < 150; n += 1) await create(database, { id: `any-${n}` });
  for (const executor of executors) await beat(database, executor);
  for (let n = 0; n < 150; n += 1) await create(database, { id: `own-${n}`, executor: executors[n % 3] ?? "" });
  const bound = await database.query(
    "select id, executor_id from public.agent_provision_requests where executor_id is not null",
  );
  expect(bound).toHaveLength(150);

  const taken: { executor: string; id: unknown }[] = [];
  async function work(executor: string) {
    for (;;) {
      const rows = await claim(database, { executor, slots: 7 });
      if (rows.length === 0) return;
      taken.push(...rows.map((row) => ({ executor, id: row["request_id"] })));
    }
  }
  await Promise.all([...executors, ...executors].map(work));
  // Rows that another claim had locked at that moment were passed over.
  for (const executor of executors) await work(executor);

  expect(taken).toHaveLength(300);
  expect(new Set(taken.map(({ id }) => id)).size).toBe(300);
  for (const { id, executor_id } of bound) expect(taken).toContainEqual({ executor: executor_id, id });
  const doubled = "select executor_id, agent_id_short from public.agents group by 1, 2 having count(*) > 1";
  expect(await database.query(doubled)).toEqual([]);
  expect(
    await database.query("select from public.agents where project_id = $1 and executor_id is null", [PROJECT]),
  ).toEqual([]);
});
