import { existsSync } from "node:fs";
import { cp, mkdir, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { changeConfig } from "../../dev/fakes/openclaw/config-file.ts";
import { type FakeMode, readFakeCalls, setFakeMode } from "../../dev/fakes/openclaw/mode.ts";
import { FAKE_OPENCLAW } from "../../dev/fakes/openclaw/sandbox.ts";
import { recordedLog, startExecutorStack } from "../../dev/testing/executor-stack.ts";
import { adopt, agentRows, edit, remove } from "../../supabase/tests/life.ts";
import { beat, create, MINI, requestRow, service, skipBackoff } from "../../supabase/tests/road.ts";
import { createOpenclaw } from "../openclaw.ts";
import { Worker } from "../worker.ts";
import * as workspaces from "../workspace.ts";
import { createHandlers } from "./index.ts";

// Each attempt is up to eight processes, and the machine may be busy.
vi.setConfig({ testTimeout: 120_000 });

let world: Awaited<ReturnType<typeof startExecutorStack>>;
let home: string;
let root: string;

beforeAll(async () => {
  world = await startExecutorStack();
});
beforeEach(async () => {
  home = await world.newHome();
  root = join(home, ".openclaw");
  await beat(world.database, MINI, service, { workspaceRoot: root });
});
afterEach(() => world.clear());
afterAll(() => world.stop());

const openclaw = () =>
  createOpenclaw({ bin: FAKE_OPENCLAW, home, stepTimeoutMs: 20_000, graceMs: 2000, log: recordedLog().log });

/** Does whatever is waiting, and whatever comes of it. */
async function drain(mode: Partial<FakeMode> = {}) {
  setFakeMode(home, mode);
  const queue = world.queue();
  const worker = new Worker({
    queue,
    handlerOf: createHandlers({ openclaw: openclaw(), workspaces, queue, workspaceRoot: root }),
    announce: async () => undefined,
    ...{ concurrency: 1, sweepMs: 60_000, leaseMs: 60_000, log: recordedLog().log },
  });
  return await worker.drain();
}

async function makeLive(...ids: string[]): Promise<void> {
  for (const id of ids) await create(world.database, { id });
  expect(await drain()).toMatchObject({ done: ids.length });
}

async function askToRemove(): Promise<string> {
  const { request } = await remove(world.database);
  return String(request?.["id"]);
}

const listed = () => openclaw().listAgents();
const listedIds = async () => (await listed()).map(({ id }) => id);
const publishList = async () => world.queue().publishRuntime(await listed());
const workspaceOf = (id: string) => join(root, `workspace-${id}`);
const read = (id: string, file: string) => readFile(join(workspaceOf(id), file), "utf8");
const done = (id: string) => requestRow(world.database, id);
const deletes = () => readFakeCalls(home).filter(({ argv }) => argv[1] === "delete").length;
const documents = () => world.database.query("select doc_type, content from public.brain_docs order by doc_type");
const trashed = async () =>
  existsSync(join(home, ".Trash"))
    ? (await readdir(join(home, ".Trash"), { recursive: true })).filter((path) => path.endsWith("SOUL.md"))
    : [];

/** An agent that somebody made in a terminal, and that the executor has listed. */
async function makeByHand(id: string, files: Record<string, string>): Promise<void> {
  await mkdir(workspaceOf(id), { recursive: true });
  for (const [name, text] of Object.entries(files)) await writeFile(join(workspaceOf(id), name), text);
  await openclaw().addAgent({ id, workspace: workspaceOf(id) });
  await openclaw().setIdentity({ id, name: "By Hand", emoji: "🐙" });
  await publishList();
}

async function filesOf(id: string) {
  const names = (await readdir(workspaceOf(id))).sort();
  return await Promise.all(names.map(async (name) => [name, await read(id, name)]));
}

test("a renamed agent is called so in OpenClaw and in IDENTITY.md, and its other lines stay", async () => {
  await makeLive("ricky");
  await writeFile(join(workspaceOf("ricky"), "IDENTITY.md"), "# Me\n\n- Name: Ricky\n- Emoji: 🦊\n- Vibe: calm\n");
  const { request } = await edit(world.database, { name: "Rosa O'Neil", emoji: "👩🏽‍🚀" });
  expect(await drain()).toMatchObject({ done: 1 });
  expect(await listed()).toContainEqual(expect.objectContaining({ id: "ricky", name: "Rosa O'Neil", emoji: "👩🏽‍🚀" }));
  expect(await read("ricky", "IDENTITY.md")).toBe("# Me\n\n- Name: Rosa O'Neil\n- Emoji: 👩🏽‍🚀\n- Vibe: calm\n");
  expect(await done(String(request?.["id"]))).toMatchObject({
    status: "done",
    result: { agentId: "ricky", workspaceDir: workspaceOf("ricky"), openclawVersion: "2026.9.6" },
    progress: ["workspace", "identity", "verify"].map((step) => ({ step, state: "done", ms: expect.any(Number) })),
  });
});

test("renaming an agent that OpenClaw lost says to provision it again, and a lie about it is found out", async () => {
  await makeLive("ricky");
  const lied = await edit(world.database, { name: "Rosa" });
  await drain({ lying: ["agents set-identity"] });
  expect(await done(String(lied.request?.["id"]))).toMatchObject({ status: "queued", attempts: 1 });
  await skipBackoff(world.database, String(lied.request?.["id"]));
  await openclaw().deleteAgent("ricky");
  await drain();
  expect(await done(String(lied.request?.["id"]))).toMatchObject({
    status: "error",
    result: { code: "not_in_runtime", step: "workspace", hint: expect.stringContaining("Provision it again") },
  });
});

test("a removed agent is gone from OpenClaw, its workspace lies in the trash, and others are untouched", async () => {
  await makeLive("ricky", "ricky-2", "rick");
  const id = await askToRemove();
  expect(await drain()).toMatchObject({ done: 1 });
  expect(await done(id)).toMatchObject({
    status: "done",
    result: { agentId: "ricky", workspace: "trashed", workspaceDir: workspaceOf("ricky") },
  });
  expect((await listedIds()).sort()).toEqual(["main", "rick", "ricky-2"]);
  expect(await trashed()).toEqual([expect.stringMatching(/workspace-ricky\/SOUL\.md$/)]);
  expect(await agentRows(world.database)).toMatchObject([
    { agent_key: "agent:rick:main" },
    { agent_key: "agent:ricky-2:main" },
  ]);
  // Who left on purpose is not missed by the writes that follow.
  await makeLive("ricky");
  expect(await listedIds()).toContain("ricky");
});

test("a removal that was cut off anywhere is ended by the next attempt", async () => {
  await makeLive("ricky");
  const cut = await askToRemove();
  await drain({ cutDeletes: true });
  expect(await done(cut)).toMatchObject({ status: "queued", attempts: 1 });
  expect(await listedIds()).toEqual(["main"]);
  expect(existsSync(workspaceOf("ricky"))).toBe(true);
  await rm(join(home, ".hatchery", "openclaw-killed.json"), { force: true });
  await skipBackoff(world.database, cut);
  expect(await drain()).toMatchObject({ done: 1 });
  expect(await done(cut)).toMatchObject({ result: { workspace: "trashed" } });
  expect(await trashed()).toHaveLength(1);

  await makeLive("ricky");
  const unsettled = await askToRemove();
  await openclaw().deleteAgent("ricky");
  const before = deletes();
  expect(await drain()).toMatchObject({ done: 1 });
  expect(await done(unsettled)).toMatchObject({ result: { workspace: "absent" } });
  expect(deletes()).toBe(before);
});

test("OpenClaw, which takes ids in any case, is not told of one that differs by case", async () => {
  await makeLive("ricky");
  const workspace = join(home, "theirs");
  changeConfig(root, ({ agents }) => {
    delete agents.entries["ricky"];
    agents.entries["Ricky"] = { workspace };
  });
  const id = await askToRemove();
  await drain();
  expect(await done(id)).toMatchObject({ status: "done", result: { workspace: "kept" } });
  expect(await listedIds()).toEqual(["main", "Ricky"]);
  expect(deletes()).toBe(0);
});

test("an agent whose workspace was moved, and one that is OpenClaw's default by now, are left alone", async () => {
  await makeLive("ricky");
  const moved = await askToRemove();
  await mkdir(join(home, "moved"));
  changeConfig(root, ({ agents }) => {
    agents.entries["ricky"] = { workspace: join(home, "moved") };
  });
  await drain();
  expect(await done(moved)).toMatchObject({ status: "error", result: { code: "workspace_elsewhere", attempts: 1 } });

  const chosen = await askToRemove();
  changeConfig(root, ({ agents }) => {
    agents.entries["ricky"] = { workspace: workspaceOf("ricky") };
    agents.defaults = { systemAgent: { agentId: "ricky" } };
  });
  await drain();
  expect(await done(chosen)).toMatchObject({ status: "error", result: { code: "forbidden", attempts: 1 } });
  expect(await listedIds()).toEqual(["main", "ricky"]);
  expect(deletes()).toBe(0);
});

test("an agent that was never ours stays in OpenClaw, whatever the row says", async () => {
  const { request } = await create(world.database);
  await world.database.query("update public.agent_provision_requests set kind = 'deprovision'");
  await makeByHand("ricky", { "SOUL.md": "I was here first" });
  await drain();
  expect(await done(request.id)).toMatchObject({ status: "done", result: { workspace: "kept" } });
  expect(await listedIds()).toEqual(["main", "ricky"]);
  expect(await read("ricky", "SOUL.md")).toBe("I was here first");
  expect(deletes()).toBe(0);
});

test("a workspace that another agent has too is kept, and a removal that did not happen is found out", async () => {
  await makeLive("ricky");
  await openclaw().addAgent({ id: "guest", workspace: workspaceOf("ricky") });
  const id = await askToRemove();
  await drain({ lying: ["agents delete"] });
  expect(await done(id)).toMatchObject({
    status: "queued",
    progress: expect.arrayContaining([{ step: "verify", state: "error", ms: expect.any(Number) }]),
  });
  await skipBackoff(world.database, id);
  await drain();
  expect(await done(id)).toMatchObject({ status: "done", result: { workspace: "kept" } });
  expect(await listedIds()).toEqual(["main", "guest"]);
  expect(await read("ricky", "SOUL.md")).toBe("I am ricky");
});

test("an adopted agent brings its files as documents, and nothing changes on disk", async () => {
  const files = { "SOUL.md": "My own soul\n", "USER.md": "Be brief\n", "MEMORY.md": "Since 2024\n", "TODO.md": "-" };
  await makeByHand("octo", files);
  const before = await filesOf("octo");
  const { request } = await adopt(world.database, { agentId: "octo" });
  expect(await drain()).toMatchObject({ done: 1 });
  expect(await done(request.id)).toMatchObject({ status: "done", result: { agentId: "octo" } });
  expect(await agentRows(world.database)).toMatchObject([
    { name: "By Hand", emoji: "🐙", provisioned: true, executor_id: MINI, workspace_path: workspaceOf("octo") },
  ]);
  expect(await documents()).toEqual([
    { doc_type: "agents", content: await read("octo", "AGENTS.md") },
    { doc_type: "identity", content: await read("octo", "IDENTITY.md") },
    { doc_type: "memory_long", content: "Since 2024\n" },
    { doc_type: "soul", content: "My own soul\n" },
    { doc_type: "user", content: "Be brief\n" },
  ]);
  expect(await filesOf("octo")).toEqual(before);

  await edit(world.database, { name: "Octavia" }, "agent:octo:main");
  await drain();
  expect(await documents()).toContainEqual({ doc_type: "identity", content: await read("octo", "IDENTITY.md") });
  expect(await read("octo", "IDENTITY.md")).toMatch(/Name: Octavia/);
});

test("the main agent is adopted and renamed where OpenClaw keeps it", async () => {
  await openclaw().addAgent({ id: "other", workspace: workspaceOf("other") });
  const dir = join(root, "workspace");
  await cp(workspaceOf("other"), dir, { recursive: true });
  await publishList();
  const { request } = await adopt(world.database, { agentId: "main", name: "Trunks", emoji: "⚡" });
  expect(await drain()).toMatchObject({ done: 2 });
  expect(await done(request.id)).toMatchObject({ result: { agentId: "main", workspaceDir: dir } });
  expect((await listed())[0]).toEqual({ id: "main", name: "Trunks", emoji: "⚡", workspace: dir, isDefault: true });
  expect(await readFile(join(dir, "IDENTITY.md"), "utf8")).toMatch(/Name:.*Trunks[\s\S]*Emoji:.*⚡/);
});

test("what is not there any more, lies elsewhere or leads elsewhere is not adopted", async () => {
  await makeByHand("octo", { "SOUL.md": "My own soul\n" });
  const ask = async (spoil: () => Promise<void>) => {
    const { request } = await adopt(world.database, { agentId: "octo" });
    await spoil();
    await drain();
    return await done(request.id);
  };
  const linked = await ask(async () => {
    await rm(join(workspaceOf("octo"), "MEMORY.md"), { force: true });
    await symlink("/etc/passwd", join(workspaceOf("octo"), "MEMORY.md"));
  });
  expect(linked).toMatchObject({ status: "error", result: { code: "workspace_unsafe", attempts: 1 } });
  const elsewhere = await ask(async () =>
    changeConfig(root, ({ agents }) => {
      agents.entries["octo"] = { workspace: "/etc" };
    }),
  );
  expect(elsewhere).toMatchObject({ status: "error", result: { code: "workspace_elsewhere", attempts: 1 } });
  await publishList().catch(() => undefined);
  expect(await agentRows(world.database)).toMatchObject([{ provisioned: false }]);
  expect(JSON.stringify(await documents())).not.toContain("root:");
});
