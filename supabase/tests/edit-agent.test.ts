import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createTestDatabase, type TestDatabase } from "../../dev/testing/test-database.ts";
import {
  agentRows,
  BY,
  cancel,
  claimOne,
  complete,
  edit,
  KEY,
  listed,
  makeLive,
  refusal,
  remove,
  report,
  requestRows,
  retry,
} from "./life.ts";
import { beat, create, fail, MINI, PROJECT, seedProject } from "./road.ts";

let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase();
  await seedProject(database);
  await beat(database);
});
afterEach(() => database.drop());

describe("a live agent", () => {
  beforeEach(() => makeLive(database));

  it("that is renamed is called so at once, and a request tells OpenClaw", async () => {
    const { agent, request } = await edit(database, { name: "Rick", emoji: "🐙" });
    expect(agent).toMatchObject({ name: "Rick", emoji: "🐙", provisioned: true });
    expect(request).toMatchObject({ kind: "set_identity", status: "queued", display_name: "Rick", requested_by: BY });
    const claimed = await claimOne(database);
    expect(claimed.row).toMatchObject({
      ...{ kind: "set_identity", display_name: "Rick", emoji: "🐙", agent_id_short: "ricky" },
      ...{ provisioned: true, workspace_path: "/home/.openclaw/workspace-ricky" },
    });
    expect(await complete(database, claimed, [listed("ricky", { name: "Rick" })])).toBe("settled");
    expect(await agentRows(database)).toMatchObject([{ name: "Rick", provisioned: true }]);
    expect(await database.query("select agents from public.executor_runtime")).toMatchObject([
      { agents: [{ name: "Rick" }] },
    ]);
    const said = await database.query("select type, requested_by from public.activities order by created_at desc, id");
    expect(said).toContainEqual({ type: "agent_renamed", requested_by: BY });
    expect(said).toContainEqual({ type: "agent_identity_saved", requested_by: null });
  });

  it("whose purpose changed, or nothing at all, needs no request", async () => {
    expect(await edit(database, { role: "Back office" })).toMatchObject({
      agent: { role: "Back office" },
      request: null,
    });
    expect(await edit(database, { name: "Ricky", emoji: "🦊" })).toMatchObject({ request: null });
    expect(await edit(database, { role: "" })).toMatchObject({ agent: { role: null, name: "Ricky" } });
    expect(await requestRows(database)).toHaveLength(1);
  });

  it("that is renamed again before OpenClaw heard of it keeps its one request, with the newest name", async () => {
    const first = await edit(database, { name: "Rick" });
    const second = await edit(database, { name: "Rosa", role: "Kitchen" });
    expect(second.request).toMatchObject({ id: first.request?.["id"], display_name: "Rosa", emoji: "🦊" });
    expect((await claimOne(database)).row).toMatchObject({ display_name: "Rosa", role_short: "Kitchen" });
  });

  it("is not renamed while OpenClaw is told of the name before; its purpose may change", async () => {
    await edit(database, { name: "Rick" });
    await claimOne(database);
    await expect(edit(database, { name: "Rosa" })).rejects.toMatchObject(refusal(409, "request_open"));
    await expect(edit(database, { emoji: "🐙" })).rejects.toMatchObject(refusal(409, "request_open"));
    expect(await edit(database, { role: "Kitchen", name: "Rick" })).toMatchObject({ agent: { role: "Kitchen" } });
  });

  it("stays live when saving its name fails or is called off, and that can be tried again", async () => {
    const { request } = await edit(database, { name: "Rick" });
    const { id, token } = await claimOne(database);
    await fail(database, id, token, true);
    const again = await retry(database, request?.["id"]);
    expect(again.request).toMatchObject({ kind: "set_identity", display_name: "Rick" });
    expect((await cancel(database, again.request.id)).request).toMatchObject({ status: "error" });
    expect(await agentRows(database)).toMatchObject([{ name: "Rick", provisioned: true }]);
    const third = await retry(database, again.request.id);
    await complete(database, await claimOne(database), [listed("ricky")]);
    await expect(retry(database, again.request.id)).rejects.toMatchObject(refusal(409, "already_done"));
    await expect(cancel(database, third.request.id)).rejects.toMatchObject(refusal(409, "not_cancellable"));
  });

  it("can be called off until OpenClaw is written to", async () => {
    await edit(database, { name: "Rick" });
    const claimed = await claimOne(database);
    await report(database, claimed, "workspace");
    await report(database, claimed, "workspace", "identity");
    await expect(cancel(database, claimed.id)).rejects.toMatchObject(refusal(409, "too_late"));
  });

  it("that is being removed is not changed", async () => {
    await remove(database);
    await expect(edit(database, { role: "x" })).rejects.toMatchObject(refusal(409, "agent_deleting"));
    await claimOne(database);
    await expect(edit(database, { name: "Rick" })).rejects.toMatchObject(refusal(409, "agent_deleting"));
  });
});

it("what waits to be provisioned, waits under its new name; its documents stay what they are", async () => {
  const { request } = await create(database);
  const edited = await edit(database, { name: "Rick", role: "Kitchen" });
  expect(edited.request).toMatchObject({
    id: request.id,
    kind: "provision",
    display_name: "Rick",
    role_short: "Kitchen",
  });
  expect((await claimOne(database)).row).toMatchObject({ kind: "provision", display_name: "Rick" });
  expect(await database.query("select content from public.brain_docs where doc_type = 'soul'")).toEqual([
    { content: "I am ricky" },
  ]);
  await expect(edit(database, { name: "Rosa" })).rejects.toMatchObject(refusal(409, "request_open"));
});

it("what failed to be provisioned gets its new name from the retry", async () => {
  await create(database);
  const { id, token } = await claimOne(database);
  await fail(database, id, token, true);
  expect(await edit(database, { name: "Rick" })).toMatchObject({ request: null });
  expect((await retry(database, id)).request).toMatchObject({ display_name: "Rick" });
});

it("the main agent is renamed like any other, once it is live", async () => {
  const main = { key: "agent:main:main" };
  await database.query(
    "insert into public.agents (project_id, agent_key, name, agent_id_short, provisioned, executor_id) values ($1, $2, 'Trunks', 'main', true, $3)",
    [PROJECT, main.key, MINI],
  );
  expect((await edit(database, { name: "Goten" }, main.key)).request).toMatchObject({ kind: "set_identity" });
  expect((await claimOne(database)).row).toMatchObject({ agent_id_short: "main", display_name: "Goten", emoji: "🤖" });
});

it("an agent that is live nobody knows where is not renamed into the blue", async () => {
  await beat(database, "second");
  await database.query(
    "insert into public.agents (project_id, agent_key, name, emoji, agent_id_short, provisioned) values ($1, $2, 'Old', '🦊', 'ricky', true)",
    [PROJECT, KEY],
  );
  await expect(edit(database, { name: "Rick" })).rejects.toMatchObject(refusal(404, "executor_not_found"));
  expect(await agentRows(database)).toMatchObject([{ name: "Old" }]);
  await database.query(`insert into public.executor_runtime (executor_id, agents) values ('second', $1)`, [
    JSON.stringify([listed("ricky")]),
  ]);
  expect((await edit(database, { name: "Rick" })).request).toMatchObject({ executor_id: "second" });
});

it("what is no name, emoji or purpose is refused with its field, and an agent that is not there as that", async () => {
  await create(database);
  for (const [change, field] of [
    [{ name: " x" }, "displayName"],
    [{ emoji: "ab" }, "emoji"],
    [{ role: "two\nlines" }, "roleShort"],
  ] as const) {
    await expect(edit(database, change)).rejects.toMatchObject({
      code: "PT400",
      detail: expect.stringContaining(`"field": "${field}"`),
    });
  }
  await expect(edit(database, { name: "x" }, "agent:ghost:main")).rejects.toMatchObject(refusal(404, "not_found"));
  await expect(edit(database, { name: "x" }, KEY, "annex")).rejects.toMatchObject(refusal(404, "not_found"));
});
