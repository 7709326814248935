import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createTestDatabase, type TestDatabase } from "../../dev/testing/test-database.ts";
import {
  adopt,
  agentRows,
  BY,
  type Claimed,
  cancel,
  claimOne,
  complete,
  edit,
  listed,
  makeLive,
  publish,
  refusal,
  remove,
  report,
  requestRows,
} from "./life.ts";
import { beat, create, MINI, PROJECT, seedProject, service } from "./road.ts";

let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase();
  await seedProject(database);
  await beat(database, MINI, service, { workspaceRoot: "/home/.openclaw" });
});
afterEach(() => database.drop());

const ROSA = listed("rosa", { name: "Rosa", emoji: "🌹" });
const MAIN = { ...listed("main", { name: "Trunks", workspace: "/home/.openclaw/workspace" }), isDefault: true };
const wanted = { agentId: "rosa" };

async function save({ id, token }: Claimed, type: string, content: string): Promise<unknown> {
  const [row] = await database.queryAs(service, "select public.save_request_document($1, $2, $3, $4) as outcome", [
    ...[id, token, type, content],
  ]);
  return row?.["outcome"];
}
const documents = () =>
  database.query(
    `select d.doc_type, d.content, k.executor_id, k.revision = d.revision as on_disk
     from public.brain_docs as d left join public.brain_doc_disk as k on k.doc_id = d.id order by d.doc_type`,
  );
const versions = () =>
  database.query("select doc_type, content, author, source, conflict from public.brain_doc_versions order by id");

describe("an agent that only OpenClaw knows", () => {
  beforeEach(() => publish(database, [MAIN, ROSA]));

  it("has its rows at once, and is live when its files were read", async () => {
    const { agent, request } = await adopt(database, { ...wanted, role: "Kitchen" });
    const rosa = { agent_key: "agent:rosa:main", name: "Rosa", emoji: "🌹", role: "Kitchen", executor_id: MINI };
    expect(agent).toMatchObject({ ...rosa, provisioned: false, workspace_path: null, agent_id_short: "rosa" });
    expect(request).toMatchObject({ kind: "adopt", status: "queued", executor_id: MINI, requested_by: BY });
    const claimed = await claimOne(database);
    expect(claimed.row).toMatchObject({
      kind: "adopt",
      agent_id_short: "rosa",
      provisioned: false,
      workspace_path: null,
    });

    expect(await save(claimed, "soul", "I cook")).toBe("adopted");
    expect(await save(claimed, "identity", "- Name: Rosa")).toBe("adopted");
    expect(await save(claimed, "soul", "I cook")).toBe("adopted");
    expect(await save(claimed, "soul", "I cook well")).toBe("adopted");
    expect(await complete(database, claimed, [MAIN, ROSA])).toBe("settled");
    const onDisk = { executor_id: MINI, on_disk: true };
    expect(await documents()).toEqual([
      { doc_type: "identity", content: "- Name: Rosa", ...onDisk },
      { doc_type: "soul", content: "I cook well", ...onDisk },
    ]);
    const fromDisk = { author: "executor:mini", source: "disk", conflict: false };
    expect(await versions()).toMatchObject([
      { content: "I cook", ...fromDisk },
      { content: "- Name: Rosa", ...fromDisk },
      { content: "I cook well", ...fromDisk },
    ]);
    const workspace = "/home/.openclaw/workspace-rosa";
    expect(await agentRows(database)).toEqual([{ ...rosa, provisioned: true, workspace_path: workspace }]);
    expect(await requestRows(database)).toMatchObject([{ kind: "adopt", status: "done" }]);
    expect(await database.query("select agent_key, state from public.agent_status")).toEqual([
      { agent_key: "agent:rosa:main", state: "idle" },
    ]);
    expect(await database.query("select message from public.activities where type = 'agent_adopted'")).toEqual([
      { message: "Rosa was taken over" },
    ]);
    await expect(adopt(database, wanted)).rejects.toMatchObject(refusal(409, "agent_live"));
  });

  it("that is to be called otherwise is, once it is taken over", async () => {
    await adopt(database, { ...wanted, name: "Rosalind" });
    await complete(database, await claimOne(database), [MAIN, ROSA]);
    expect((await claimOne(database)).row).toMatchObject({
      ...{ kind: "set_identity", display_name: "Rosalind", emoji: "🌹", provisioned: true },
    });
  });

  it("that is renamed while it waits is taken over under the new name", async () => {
    await adopt(database, wanted);
    expect((await edit(database, { name: "Rosie" }, "agent:rosa:main")).request).toMatchObject({ kind: "adopt" });
    const claimed = await claimOne(database);
    expect(claimed.row).toMatchObject({ display_name: "Rosie" });
  });

  it("is asked for once, however often it is clicked", async () => {
    const first = await adopt(database, wanted);
    expect(await adopt(database, wanted)).toEqual(first);
    const answered = await Promise.all([1, 2, 3, 4].map(() => adopt(database, wanted)));
    expect(new Set(answered.map(({ request }) => request.id))).toEqual(new Set([first.request.id]));
    expect(await requestRows(database)).toHaveLength(1);
  });

  it("of two projects one gets it", async () => {
    await database.query("insert into public.projects (id, name) values ('annex', 'Annex')");
    const both = [adopt(database, wanted), adopt(database, { ...wanted, project: "annex" })];
    const ends = await Promise.allSettled(both);
    const refused = ends.filter((end) => end.status === "rejected").map(({ reason }) => reason);
    expect(refused).toEqual([expect.objectContaining(refusal(409, "agent_id_taken"))]);
    expect(await agentRows(database)).toHaveLength(1);
  });

  it("whose adoption is called off or given up is left to OpenClaw alone, and can be taken over again", async () => {
    const { request } = await adopt(database, wanted);
    await cancel(database, request.id);
    const again = await adopt(database, wanted);
    const claimed = await claimOne(database);
    await cancel(database, again.request.id);
    expect(await complete(database, claimed, [MAIN, ROSA])).toBe("lost");
    expect(await agentRows(database)).toMatchObject([{ provisioned: false }]);
    expect(await remove(database, "agent:rosa:main")).toEqual({ removed: true, request: null });
    await adopt(database, wanted);
    expect(await remove(database, "agent:rosa:main")).toMatchObject({ removed: true });
    expect(await requestRows(database)).toMatchObject([1, 2, 3].map(() => ({ kind: "adopt", code: "cancelled" })));
  });
});

it("the main agent is taken over with the folder that it has, and as main whatever its id", async () => {
  await publish(database, [{ ...MAIN, id: "home", workspace: "/elsewhere" }]);
  const { agent } = await adopt(database, { agentId: "home" });
  expect(agent).toMatchObject({ agent_key: "agent:main:main", agent_id_short: "main", name: "Trunks" });
  const claimed = await claimOne(database);
  expect(claimed.row).toMatchObject({ kind: "adopt", agent_id_short: "main" });
  await complete(database, claimed, [{ ...MAIN, id: "home" }]);
  expect(await agentRows(database)).toMatchObject([{ agent_key: "agent:main:main", provisioned: true }]);
  expect(await requestRows(database)).toHaveLength(1);
});

it("a row that waits for this very agent is used, and what somebody typed stands against what lies on disk", async () => {
  await create(database, { id: "rosa", name: "Rosa" });
  const first = await claimOne(database);
  await database.queryAs(service, "select public.fail_provision_request($1, $2, $3, true)", [
    ...[first.id, first.token, { code: "agent_id_taken", message: "There is one" }],
  ]);
  await database.query("update public.brain_docs set content = 'I was typed' where doc_type = 'user'");
  await publish(database, [ROSA]);
  const { agent } = await adopt(database, wanted);
  expect(agent).toMatchObject({ name: "Rosa", emoji: "🦊", role: "Front desk" });
  const claimed = await claimOne(database);
  expect(await save(claimed, "soul", "I cook")).toBe("adopted");
  expect(await save(claimed, "user", "Be quick")).toBe("conflict");
  expect(await save(claimed, "user", "Be quick")).toBe("conflict");
  await complete(database, claimed, [ROSA]);
  expect(await database.query("select doc_type, content from public.brain_docs order by 1")).toEqual([
    { doc_type: "soul", content: "I cook" },
    { doc_type: "user", content: "I was typed" },
  ]);
  expect((await versions()).filter(({ conflict }) => conflict)).toMatchObject([{ content: "Be quick" }]);
  // The row's own emoji is not the list's.
  expect((await requestRows(database)).at(-1)).toMatchObject({ kind: "set_identity", emoji: "🦊" });
});

it("only what the request brings is saved, and only under its claim", async () => {
  await publish(database, [ROSA]);
  await adopt(database, wanted);
  const claimed = await claimOne(database);
  for (const type of ["mission", "memory_today", ""]) {
    await expect(save(claimed, type, "x")).rejects.toMatchObject(refusal(400, "invalid_request"));
  }
  await report(database, claimed, "workspace");
  await complete(database, claimed, [ROSA]);
  await expect(save(claimed, "soul", "x")).rejects.toMatchObject(refusal(409, "lease_lost"));

  await edit(database, { name: "Rosie" }, "agent:rosa:main");
  const renaming = await claimOne(database);
  await expect(save(renaming, "soul", "x")).rejects.toMatchObject(refusal(400, "invalid_request"));
  expect(await save(renaming, "identity", "- Name: Rosie")).toBe("not_kept");
  await database.query(
    "insert into public.brain_docs (project_id, agent_key, doc_type, content) values ($1, 'agent:rosa:main', 'identity', 'typed')",
    [PROJECT],
  );
  expect(await save(renaming, "identity", "- Name: Rosie")).toBe("adopted");
  expect(await documents()).toMatchObject([{ content: "- Name: Rosie", on_disk: true }]);
});

it("what is not listed, lies elsewhere, has no id for us, or is somebody's already is refused with its code", async () => {
  const elsewhere = { ...ROSA, id: "far", workspace: "/srv/far" };
  await makeLive(database);
  await publish(database, [elsewhere, listed("Up"), listed("ricky")]);
  const attempts: [Parameters<typeof adopt>[1], number, string][] = [
    [{ agentId: "rosa" }, 409, "not_in_runtime"],
    [{ agentId: "far" }, 409, "workspace_elsewhere"],
    [{ agentId: "Up" }, 400, "invalid_request"],
    [{ agentId: "ricky" }, 409, "agent_live"],
    [{ agentId: "rosa", executor: "ghost" }, 404, "executor_not_found"],
    [{ agentId: "rosa", project: "ghost" }, 404, "project_not_found"],
  ];
  for (const [about, status, code] of attempts) {
    await expect(adopt(database, about), code).rejects.toMatchObject(refusal(status, code));
  }
  await remove(database);
  await expect(adopt(database, { agentId: "ricky" })).rejects.toMatchObject(refusal(409, "agent_deleting"));
});
