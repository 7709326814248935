import { randomUUID } from "node:crypto";
import { afterEach, beforeEach, expect, it } from "vitest";
import { z } from "zod";
import { CONTRACT_VERSION } from "#contract";
import { type Caller, createTestDatabase, type TestDatabase } from "../../dev/testing/test-database.ts";
import { viewer } from "./people.ts";
import { anon, beat, create, enrollExecutor, INSTANCE, MINI, machine, PROJECT, seedProject, stranger } from "./road.ts";

const FINDING = { check: "node", level: "warn", message: "Old", hint: "Update it" };

let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase();
  await seedProject(database);
  await enrollExecutor(database);
  await beat(database);
});
afterEach(() => database.drop());

const report = (findings: unknown, { caller = machine, instance = INSTANCE, executor = MINI } = {}) =>
  database.queryAs(caller, "select public.report_findings($1, $2, $3)", [executor, instance, JSON.stringify(findings)]);
const seenBy = async (caller: Caller) =>
  (await database.queryAs(caller, "select executor_id, findings from public.executor_findings")).map(
    ({ findings }) => findings,
  );
const examination = z.object({ answer: z.record(z.string(), z.unknown()) });
async function examine(functions: string[] = [], caller: Caller = machine) {
  const rows = await database.queryAs(caller, "select public.examine_executor($1, $2) as answer", [MINI, functions]);
  return examination.parse(rows[0]).answer;
}

it("a report takes the place of the one before, with its time", async () => {
  await report([FINDING]);
  await report([{ ...FINDING, message: "Older" }]);
  expect(await seenBy(stranger)).toEqual([[{ ...FINDING, message: "Older" }]]);
});

it("findings are seen by whoever may see executors, and by no executor", async () => {
  await report([FINDING]);
  await expect(seenBy(anon)).rejects.toMatchObject({ code: "42501" });
  expect(await seenBy(machine)).toEqual([]);
  await database.query(`update private.settings set value = '"members"' where key = 'access_mode'`);
  expect(await seenBy(stranger)).toEqual([]);
  await database.query("insert into public.project_members values ($1, $2, 'viewer')", [PROJECT, viewer.sub]);
  expect(await seenBy(viewer)).toEqual([[FINDING]]);
});

it.for([
  { what: "no list", findings: {} },
  { what: "too many", findings: Array.from({ length: 51 }, () => FINDING) },
  { what: "a level of its own", findings: [{ ...FINDING, level: "panic" }] },
  { what: "no message", findings: [{ check: "node", level: "ok" }] },
  { what: "a long message", findings: [{ ...FINDING, message: "x".repeat(501) }] },
  { what: "a long hint", findings: [{ ...FINDING, hint: "x".repeat(1001) }] },
  { what: "a hint that is no text", findings: [{ ...FINDING, hint: null }] },
  { what: "something more", findings: [{ ...FINDING, secret: "x" }] },
])("$what is refused", async ({ findings }) => {
  await expect(report(findings)).rejects.toMatchObject({ code: "PT400" });
  expect(await seenBy(stranger)).toEqual([]);
});

it("a process that waits, another executor and one that was never heard of report nothing", async () => {
  await expect(report([FINDING], { instance: randomUUID() })).rejects.toMatchObject({ code: "PT409" });
  await expect(report([FINDING], { executor: "other" })).rejects.toMatchObject({ code: "PT403" });
  await database.query("delete from public.executors");
  await expect(report([FINDING])).rejects.toMatchObject({ code: "PT404" });
});

it("an examination tells what only the database knows", async () => {
  expect(await examine(["record_heartbeat", "no_such_function"])).toMatchObject({
    ...{ contractVersion: CONTRACT_VERSION, missingFunctions: ["no_such_function"], unpublishedTables: [] },
    ...{ instanceId: INSTANCE, problem: null, oldestQueuedSeconds: 0, endedByOthers: 0 },
  });
  await create(database);
  await database.query("alter publication supabase_realtime drop table public.executors");
  await database.query(
    `update public.agent_provision_requests set status = 'error', completed_at = now(), result = '{"error": "x"}'`,
  );
  expect(await examine()).toMatchObject({ unpublishedTables: ["executors"], endedByOthers: 1 });
  await database.query(`update public.agent_provision_requests set result = '{"code": "cancelled", "message": "x"}'`);
  expect(await examine()).toMatchObject({ endedByOthers: 0 });
});
