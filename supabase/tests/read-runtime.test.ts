import { afterEach, beforeEach, expect, it } from "vitest";
import { z } from "zod";
import { executorRuntime } from "#contract";
import { createTestDatabase, type TestDatabase } from "../../dev/testing/test-database.ts";
import { listed, refusal } from "./life.ts";
import { operator, owner, seedMembers, setMode, viewer } from "./people.ts";
import { beat, enrollExecutor, INSTANCE, MINI, machine, seedProject, service, stranger } from "./road.ts";

let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase();
  await seedProject(database);
  await beat(database);
});
afterEach(() => database.drop());

async function read(refresh = false, user: string | null = null, executor = MINI) {
  const [row] = await database.queryAs(service, "select public.read_runtime($1, $2, $3) as answer", [
    ...[executor, refresh, user],
  ]);
  return executorRuntime.parse(row?.["answer"]);
}
const publish = () =>
  database.queryAs(service, "select public.publish_runtime($1, $2, $3)", [
    ...[MINI, INSTANCE, JSON.stringify([listed("ricky")])],
  ]);
const age = (interval: string) =>
  database.query("update public.executor_runtime set published_at = now() - $1::interval", [interval]);

it("of an executor that has listed nothing that is said, and one that never reported is not found", async () => {
  expect(await read()).toEqual({
    ...{ executorId: MINI, agents: [], publishedAt: null, ageSeconds: null, requestedAt: null, alive: true },
  });
  await database.query("update public.executors set last_seen_at = now() - interval '91 seconds'");
  expect(await read()).toMatchObject({ alive: false });
  await expect(read(false, null, "ghost")).rejects.toMatchObject(refusal(404, "executor_not_found"));
});

it("a list is answered with its age, and a new one is asked for once until it comes", async () => {
  await publish();
  await age("1 hour");
  const before = await read();
  expect(before).toMatchObject({ agents: [listed("ricky")], requestedAt: null });
  expect(before.ageSeconds).toBeGreaterThan(3599);
  const asked = await read(true);
  expect(asked.requestedAt).not.toBeNull();
  expect((await read(true)).requestedAt).toBe(asked.requestedAt);
  expect((await read()).requestedAt).toBe(asked.requestedAt);
  const heard = z.object({ runtime_requested_at: z.date() }).parse(await beat(database));
  expect(heard.runtime_requested_at.getTime()).toBe(Date.parse(asked.requestedAt ?? ""));

  await publish();
  const after = await read(true);
  expect(after).toMatchObject({ requestedAt: null });
  expect(after.ageSeconds).toBeLessThan(60);
  await age("3 seconds");
  expect((await read(true)).requestedAt).not.toBeNull();
});

it("whoever belongs to a project looks, an operator asks; machines and who belongs to none do neither", async () => {
  await seedMembers(database);
  await enrollExecutor(database);
  await setMode(database, "members");
  for (const { sub } of [viewer, operator, owner]) expect(await read(false, sub)).toMatchObject({ executorId: MINI });
  for (const { sub } of [operator, owner]) expect(await read(true, sub)).toMatchObject({ executorId: MINI });
  await expect(read(true, viewer.sub)).rejects.toMatchObject(refusal(403, "forbidden"));
  for (const { sub = null } of [stranger, machine]) {
    await expect(read(false, sub)).rejects.toMatchObject(refusal(403, "forbidden"));
    await expect(read(false, sub, "ghost")).rejects.toMatchObject(refusal(403, "forbidden"));
  }
  await setMode(database, "open");
  expect(await read(true, stranger.sub)).toMatchObject({ executorId: MINI });
  await expect(read(true, machine.sub)).rejects.toMatchObject(refusal(403, "forbidden"));
});
