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
import { beat, claim, create, fail, PROJECT, seedProject, skipBackoff } from "./road.ts";

let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase();
  await seedProject(database);
  await beat(database);
});
afterEach(() => database.drop());

const count = async (table: string) => (await database.query(`select from public.${table}`)).length;
/** Nothing of the agent itself is left; its history is. */
async function expectGone() {
  for (const table of ["agents", "agent_status", "brain_docs", "brain_doc_disk"])
    expect(await count(table), table).toBe(0);
  expect(await count("brain_doc_versions")).toBeGreaterThan(0);
  expect(await count("agent_provision_requests")).toBeGreaterThan(0);
  const [said] = await database.query(
    "select message, requested_by from public.activities where type = 'agent_removed'",
  );
  expect(said).toEqual({ message: "Ricky was removed", requested_by: BY });
}

describe("a live agent", () => {
  beforeEach(() => makeLive(database));

  it("is there until OpenClaw has let go of it; then its rows go together, its history stays, its key is free", async () => {
    const { removed, request } = await remove(database);
    expect({ removed, request }).toMatchObject({ removed: false, request: { kind: "deprovision", status: "queued" } });
    expect(await agentRows(database)).toMatchObject([{ provisioned: true }]);
    const claimed = await claimOne(database);
    expect(claimed.row).toMatchObject({
      ...{ kind: "deprovision", agent_id_short: "ricky", provisioned: true },
      workspace_path: "/home/.openclaw/workspace-ricky",
    });
    expect(await complete(database, claimed, [])).toBe("settled");
    expect(await complete(database, claimed, [])).toBe("already_settled");
    await expectGone();
    expect(await requestRows(database)).toMatchObject([{ status: "done" }, { kind: "deprovision", status: "done" }]);
    const { request: anew } = await create(database, { key: KEY });
    expect(anew).toMatchObject({ agent_key: KEY, status: "queued" });
    await complete(database, await claimOne(database), [listed("ricky")]);
    expect(await agentRows(database)).toMatchObject([{ agent_key: KEY, provisioned: true }]);
  });

  it("that is being removed answers the same request, however often and whoever asks", async () => {
    const first = await remove(database);
    expect(await remove(database)).toEqual(first);
    await claimOne(database);
    expect((await remove(database)).request).toMatchObject({ id: first.request?.["id"], status: "running" });
    await expect(create(database, { key: KEY })).rejects.toMatchObject(refusal(409, "agent_deleting"));
  });

  it("whose new name OpenClaw has not heard of yet is removed instead", async () => {
    await edit(database, { name: "Rick" });
    expect((await remove(database)).request).toMatchObject({ kind: "deprovision", status: "queued" });
    expect((await requestRows(database)).slice(1)).toMatchObject([
      { kind: "set_identity", status: "error", code: "cancelled" },
      { kind: "deprovision", status: "queued" },
    ]);
  });

  it("is not removed in the middle of being renamed", async () => {
    await edit(database, { name: "Rick" });
    await claimOne(database);
    await expect(remove(database)).rejects.toMatchObject(refusal(409, "request_open"));
  });

  it("stays when its removal fails or is called off, and that can be tried again", async () => {
    const { request } = await remove(database);
    const { id, token } = await claimOne(database);
    await fail(database, id, token, true);
    expect(await agentRows(database)).toMatchObject([{ provisioned: true }]);
    const again = (await retry(database, request?.["id"])).request;
    expect(again).toMatchObject({ kind: "deprovision", status: "queued" });
    await cancel(database, again.id);
    expect(await agentRows(database)).toMatchObject([{ provisioned: true }]);
    await remove(database);
    const claimed = await claimOne(database);
    await report(database, claimed, "workspace");
    await report(database, claimed, "workspace", "remove");
    await expect(cancel(database, claimed.id)).rejects.toMatchObject(refusal(409, "too_late"));
    await complete(database, claimed, []);
    await expectGone();
  });

  it("a removal that was called off while it ran, before OpenClaw was written to, is not carried out", async () => {
    await remove(database);
    const claimed = await claimOne(database);
    await report(database, claimed, "workspace");
    expect((await cancel(database, claimed.id)).request).toMatchObject({ status: "running" });
    expect(await report(database, claimed, "workspace", "remove")).toBe(false);
    expect(await agentRows(database)).toMatchObject([{ provisioned: true }]);
  });

  it("an old removal is not tried again on the agent that has the key now", async () => {
    const { request } = await remove(database);
    const { id, token } = await claimOne(database);
    await fail(database, id, token, true);
    await database.query("delete from public.agents");
    await database.query("delete from public.executor_runtime");
    await create(database, { key: KEY });
    await claimOne(database);
    await expect(retry(database, request?.["id"])).rejects.toMatchObject(refusal(404, "not_found"));
  });

  it("whose row somebody deleted meanwhile is gone all the same", async () => {
    await remove(database);
    const claimed = await claimOne(database);
    await database.query("delete from public.agents");
    expect(await complete(database, claimed, [])).toBe("settled");
    expect((await requestRows(database)).at(-1)).toMatchObject({ kind: "deprovision", status: "done" });
    expect(await count("brain_docs")).toBe(0);
  });

  it("that an older dashboard gave an impossible name can be removed", async () => {
    await database.query("alter table public.agents disable trigger user");
    await database.query("update public.agents set name = ' two  spaces ', emoji = 'fox'");
    await database.query("alter table public.agents enable trigger user");
    await remove(database);
    expect((await claimOne(database)).row).toMatchObject({ kind: "deprovision", display_name: "ricky", emoji: "🤖" });
  });
});

describe("an agent that was never live", () => {
  it("and that nobody took up is called off and gone at once", async () => {
    const { request } = await create(database);
    expect(await remove(database)).toMatchObject({ removed: true, request: { id: request.id, status: "error" } });
    await expectGone();
    expect(await requestRows(database)).toMatchObject([{ status: "error", code: "cancelled" }]);
    expect(await claim(database)).toEqual([]);
    await expect(remove(database)).rejects.toMatchObject(refusal(404, "not_found"));
  });

  it("and failed before OpenClaw was told of it is gone at once", async () => {
    await create(database);
    const claimed = await claimOne(database);
    await report(database, claimed, "workspace");
    await fail(database, claimed.id, claimed.token, true);
    expect(await remove(database)).toEqual({ removed: true, request: null });
    await expectGone();
  });

  it("and of which OpenClaw may have heard is removed there too, where it was tried", async () => {
    await create(database);
    const claimed = await claimOne(database);
    await report(database, claimed, "workspace", "add");
    await expect(remove(database)).rejects.toMatchObject(refusal(409, "request_open"));
    await fail(database, claimed.id, claimed.token);
    await skipBackoff(database, claimed.id);
    expect(await remove(database)).toMatchObject({
      removed: false,
      request: { kind: "deprovision", executor_id: "mini", agent_id_short: "ricky" },
    });
    expect(await requestRows(database)).toMatchObject([{ code: "cancelled" }, { kind: "deprovision" }]);
    const removal = await claimOne(database);
    expect(removal.row).toMatchObject({ provisioned: false, workspace_path: null });
    await complete(database, removal, []);
    await expectGone();
  });

  it("counts as told of to OpenClaw only by its own requests, not by those of one that had its key before", async () => {
    await makeLive(database);
    await remove(database);
    await complete(database, await claimOne(database), []);
    await create(database, { key: KEY });
    expect(await remove(database)).toMatchObject({ removed: true });
  });
});

it("the main agent is not removed, whether there is one or not", async () => {
  await expect(remove(database, "agent:main:main")).rejects.toMatchObject(refusal(403, "forbidden"));
  await database.query(
    "insert into public.agents (project_id, agent_key, name) values ($1, 'agent:main:main', 'Trunks')",
    [PROJECT],
  );
  await expect(remove(database, "agent:main:main")).rejects.toMatchObject(refusal(403, "forbidden"));
  await expect(
    database.query(
      "insert into public.agent_provision_requests (project_id, agent_key, agent_id_short, display_name, kind) values ($1, 'agent:main:main', 'main', 'Trunks', 'deprovision')",
      [PROJECT],
    ),
  ).rejects.toMatchObject({ code: "23514" });
});
