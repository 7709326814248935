import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createTestDatabase, type TestDatabase } from "../../dev/testing/test-database.ts";
import {
  agentRows,
  claimOne,
  complete,
  KEY,
  listed,
  makeLive,
  provisionAgain,
  publish,
  refusal,
  remove,
  report,
  requestRows,
} from "./life.ts";
import { beat, create, fail, MINI, PROJECT, seedProject } from "./road.ts";

let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase();
  await seedProject(database);
  await beat(database);
});
afterEach(() => database.drop());

const fallSilent = (executor: string, since: string) =>
  database.query("update public.executors set last_seen_at = now() - $2::interval where id = $1", [executor, since]);

describe("a live agent", () => {
  beforeEach(() => makeLive(database));

  it("that a newer list lacks is made again where it was, with its documents, and lives nowhere meanwhile", async () => {
    await publish(database, []);
    const { agent, request } = await provisionAgain(database);
    expect(agent).toMatchObject({ provisioned: false, executor_id: MINI, workspace_path: null });
    expect(request).toMatchObject({ kind: "provision", status: "queued", executor_id: MINI, retry_of: null });
    const claimed = await claimOne(database);
    expect(claimed.row).toMatchObject({ kind: "provision", agent_id_short: "ricky" });
    expect(await complete(database, claimed, [listed("ricky")])).toBe("settled");
    expect(await agentRows(database)).toMatchObject([{ provisioned: true, executor_id: MINI }]);
    expect(await database.query("select from public.brain_docs")).toHaveLength(2);
  });

  it("that is listed, or of which the last list is older than it, is left as it is", async () => {
    await expect(provisionAgain(database)).rejects.toMatchObject(refusal(409, "agent_live"));
    await publish(database, []);
    await database.query("update public.executor_runtime set published_at = now() - interval '1 hour'");
    await expect(provisionAgain(database)).rejects.toMatchObject(refusal(409, "agent_live"));
    expect(await agentRows(database)).toMatchObject([{ provisioned: true }]);
    expect(await requestRows(database)).toHaveLength(1);
  });

  it("that failed to be made again is removed in OpenClaw too, because it was there once", async () => {
    await publish(database, []);
    await provisionAgain(database);
    const { id, token } = await claimOne(database);
    await fail(database, id, token, true);
    expect(await remove(database)).toMatchObject({ removed: false, request: { kind: "deprovision" } });
  });

  it("has one request at a time", async () => {
    await publish(database, []);
    await provisionAgain(database);
    await expect(provisionAgain(database)).rejects.toMatchObject(refusal(409, "request_open"));
    await remove(database);
    await expect(provisionAgain(database)).rejects.toMatchObject(refusal(409, "agent_deleting"));
  });
});

describe("moving to another executor", () => {
  beforeEach(async () => {
    await makeLive(database);
    await beat(database, "second");
  });

  it("takes an agent along that is missing where it was", async () => {
    await expect(provisionAgain(database, "second")).rejects.toMatchObject(refusal(409, "agent_live"));
    await publish(database, []);
    expect(await provisionAgain(database, "second")).toMatchObject({
      agent: { executor_id: "second", provisioned: false },
      request: { executor_id: "second" },
    });
    const claimed = await claimOne(database, "second");
    expect(claimed.row).toMatchObject({ workspace_prepared: false });
    await complete(database, claimed, [listed("ricky")]);
    expect(await agentRows(database)).toMatchObject([{ executor_id: "second", provisioned: true }]);
  });

  it("gives up an executor that has been silent for an hour, and not one that sleeps", async () => {
    await fallSilent(MINI, "50 minutes");
    await expect(provisionAgain(database, "second")).rejects.toMatchObject(refusal(409, "agent_live"));
    await fallSilent(MINI, "61 minutes");
    expect(await provisionAgain(database, "second")).toMatchObject({ agent: { executor_id: "second" } });
  });

  it("does not go where the id is somebody's, or only OpenClaw's", async () => {
    await publish(database, []);
    await publish(database, [listed("ricky")], "second");
    await expect(provisionAgain(database, "second")).rejects.toMatchObject(refusal(409, "agent_id_taken"));
    await publish(database, [], "second");
    await database.query(
      `insert into public.agents (project_id, agent_key, name, emoji, agent_id_short, provisioned, executor_id)
       values ($1, 'agent:ricky:other', 'Ricky', '🦊', 'ricky', true, 'second')`,
      [PROJECT],
    );
    await expect(provisionAgain(database, "second")).rejects.toMatchObject(refusal(409, "agent_id_taken"));
    await expect(provisionAgain(database, "ghost")).rejects.toMatchObject(refusal(404, "executor_not_found"));
  });
});

it("an agent of which OpenClaw was never told moves freely; one that it may know of only when it is known to be gone", async () => {
  await create(database);
  await beat(database, "second");
  const first = await claimOne(database);
  await fail(database, first.id, first.token, true);
  await provisionAgain(database, "second");
  const second = await claimOne(database, "second");
  await report(database, second, "workspace", "add");
  await fail(database, second.id, second.token, true);
  await expect(provisionAgain(database, MINI)).rejects.toMatchObject(refusal(409, "agent_live"));
  expect(await provisionAgain(database)).toMatchObject({ request: { executor_id: "second" } });
});

it("an agent that nobody ever asked for is provisioned, unless only OpenClaw has its id: then it is to be adopted", async () => {
  await database.query(
    "insert into public.agents (project_id, agent_key, name, emoji) values ($1, $2, 'Ricky', '🦊')",
    [PROJECT, KEY],
  );
  await publish(database, [listed("ricky")]);
  await expect(provisionAgain(database)).rejects.toMatchObject({
    ...refusal(409, "agent_id_taken"),
    hint: expect.stringContaining("Adopt"),
  });
  await publish(database, []);
  await provisionAgain(database);
  expect((await claimOne(database)).row).toMatchObject({ kind: "provision", agent_id_short: "ricky" });
});

it("the main agent is not provisioned, and one that is not there is not found", async () => {
  await expect(provisionAgain(database, null, "agent:main:main")).rejects.toMatchObject(refusal(403, "forbidden"));
  await expect(provisionAgain(database)).rejects.toMatchObject(refusal(404, "not_found"));
});
