import { mkdir, readdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { type FakeMode, readFakeCalls, setFakeMode } from "../../dev/fakes/openclaw/mode.ts";
import { FAKE_OPENCLAW } from "../../dev/fakes/openclaw/sandbox.ts";
import { recordedLog, startExecutorStack } from "../../dev/testing/executor-stack.ts";
import { beat, create, requestRow, skipBackoff } from "../../supabase/tests/road.ts";
import { createOpenclaw } from "../openclaw.ts";
import { Worker } from "../worker.ts";
import * as workspaces from "../workspace.ts";
import { createHandlers } from "./index.ts";

// Each attempt is six processes, and the machine may be busy.
vi.setConfig({ testTimeout: 90_000 });

let world: Awaited<ReturnType<typeof startExecutorStack>>;
let home: string;
let root: string;

beforeAll(async () => {
  world = await startExecutorStack();
  await beat(world.database);
});
beforeEach(async () => {
  home = await world.newHome();
  root = join(home, ".openclaw");
});
afterEach(() => world.clear());
afterAll(() => world.stop());

const openclaw = (choices: { bin?: string; stepTimeoutMs?: number } = {}) =>
  createOpenclaw({
    bin: FAKE_OPENCLAW,
    home,
    stepTimeoutMs: 10_000,
    graceMs: 2000,
    log: recordedLog().log,
    ...choices,
  });

/** Does whatever is waiting, as `once` does. */
async function drain(choices: Parameters<typeof openclaw>[0] = {}, cli = openclaw(choices), queue = world.queue()) {
  const edges = { openclaw: cli, workspaces, queue, workspaceRoot: root };
  const worker = new Worker({
    queue,
    handlerOf: createHandlers(edges),
    announce: async () => undefined,
    ...{ concurrency: 3, sweepMs: 60_000, leaseMs: 60_000, log: recordedLog().log },
  });
  return await worker.drain();
}

async function ask(about: { id?: string; name?: string } = {}, mode: Partial<FakeMode> = {}): Promise<string> {
  setFakeMode(home, mode);
  return (await create(world.database, about)).request.id;
}

async function again(id: string, mode: Partial<FakeMode> = {}): Promise<void> {
  setFakeMode(home, mode);
  await skipBackoff(world.database, id);
  await drain();
}

const agentRow = () => world.database.query("select provisioned, executor_id, workspace_path from public.agents");
const verbs = () => readFakeCalls(home).map(({ argv }) => argv.slice(0, 2).join(" "));

test("an agent lives in OpenClaw, its files lie on disk, and the request says so", async () => {
  const id = await ask();
  expect(await drain()).toEqual({ done: 1, failed: 0, released: 0, cancelled: 0, lost: 0 });
  const dir = join(root, "workspace-ricky");
  const steps = ["workspace", "add", "identity", "verify"].map((step) => ({ step, ms: expect.any(Number) }));
  expect(await requestRow(world.database, id)).toMatchObject({
    status: "done",
    result: { agentId: "ricky", workspaceDir: dir, openclawVersion: "2026.9.6", steps },
    progress: steps.map((step) => ({ ...step, state: "done" })),
  });
  expect(await agentRow()).toEqual([{ provisioned: true, executor_id: "mini", workspace_path: dir }]);
  const listed = await openclaw().listAgents();
  expect(listed).toContainEqual({ id: "ricky", name: "Ricky", emoji: "🦊", workspace: dir, isDefault: false });
  expect(await world.database.query("select agents from public.executor_runtime")).toEqual([{ agents: listed }]);
  expect(await readFile(join(dir, "SOUL.md"), "utf8")).toBe("I am ricky");
  expect(await readFile(join(dir, "IDENTITY.md"), "utf8")).toMatch(/Name:.*Ricky[\s\S]*Emoji:.*🦊/);
  expect(await readdir(dir)).not.toContain("BOOTSTRAP.md");
});

test("a lying OpenClaw ends the request as not_in_runtime, and the agent is not provisioned", async () => {
  const id = await ask({}, { lying: ["agents add", "agents set-identity"] });
  await drain();
  expect(await requestRow(world.database, id)).toMatchObject({
    status: "error",
    result: { code: "not_in_runtime", step: "identity", hint: expect.any(String), attempts: 1 },
  });
  expect(await agentRow()).toMatchObject([{ provisioned: false }]);
});

test("an agent that is there with another name is not done, and right after another try", async () => {
  const id = await ask({}, { lying: ["agents set-identity"] });
  await drain();
  expect(await requestRow(world.database, id)).toMatchObject({
    status: "queued",
    attempts: 1,
    progress: expect.arrayContaining([{ step: "verify", state: "error", ms: expect.any(Number) }]),
  });
  await again(id);
  expect(await requestRow(world.database, id)).toMatchObject({ status: "done", attempts: 2 });
  expect(verbs().filter((verb) => verb === "agents add")).toHaveLength(1);
});

test("a hanging OpenClaw ends each attempt by time-out, with the step named in the end", async () => {
  const id = await ask({}, { hanging: { "agents add": { ignoresSigterm: false } } });
  for (let attempt = 1; attempt <= 3; attempt += 1) {
    await drain({ stepTimeoutMs: 5000 });
    await skipBackoff(world.database, id);
  }
  expect(await requestRow(world.database, id)).toMatchObject({
    status: "error",
    result: { code: "step_timeout", step: "add", attempts: 3 },
  });
});

test("an agent of the same id that is not ours is left alone", async () => {
  const dir = join(root, "workspace-ricky");
  await openclaw().addAgent({ id: "ricky", workspace: dir });
  await writeFile(join(dir, "SOUL.md"), "I was here first");
  const id = await ask();
  await drain();
  expect(await requestRow(world.database, id)).toMatchObject({
    status: "error",
    result: { code: "agent_id_taken", step: "workspace", hint: expect.any(String), attempts: 1 },
  });
  expect(await readFile(join(dir, "SOUL.md"), "utf8")).toBe("I was here first");
  expect(verbs()).not.toContain("agents set-identity");
});

test("the workspace of another agent, and a link in its place, are refused before anything is written", async () => {
  const dir = join(root, "workspace-ricky");
  await openclaw().addAgent({ id: "squatter", workspace: dir });
  const before = await readdir(dir);
  const taken = await ask();
  await drain();
  expect(await requestRow(world.database, taken)).toMatchObject({
    result: { code: "workspace_taken", step: "workspace" },
  });
  expect(await readdir(dir)).toEqual(before);

  await mkdir(join(home, "elsewhere"));
  await symlink(join(home, "elsewhere"), join(root, "workspace-linked"));
  const linked = await ask({ id: "linked" });
  await drain();
  expect(await requestRow(world.database, linked)).toMatchObject({ result: { code: "workspace_unsafe" } });
  expect(await readdir(join(home, "elsewhere"))).toEqual([]);
});

test("an attempt knows the agent that an earlier one added, even when the one between broke before its checks", async () => {
  const id = await ask({}, { failing: { "agents set-identity": { message: "Out of luck" } } });
  await drain();
  expect(await requestRow(world.database, id)).toMatchObject({ status: "queued", attempts: 1 });
  await again(id, { crashing: { "agents list": "cannot read" } });
  expect(await requestRow(world.database, id)).toMatchObject({ status: "queued", attempts: 2 });
  await again(id);
  expect(await requestRow(world.database, id)).toMatchObject({ status: "done", attempts: 3 });
  expect(verbs().filter((verb) => verb === "agents add")).toHaveLength(1);
});

test("an add that finds its own agent has succeeded; one that finds a stranger's has not", async () => {
  const real = openclaw();
  const twice = {
    ...real,
    addAgent: async (...args: Parameters<typeof real.addAgent>) => {
      await real.addAgent(...args);
      await real.addAgent(...args);
    },
  };
  const ours = await ask();
  await drain({}, twice);
  expect(await requestRow(world.database, ours)).toMatchObject({ status: "done", attempts: 1 });

  const late = {
    ...real,
    addAgent: async ({ id }: { id: string }) => {
      await real.addAgent({ id, workspace: join(home, "theirs") });
      await real.addAgent({ id, workspace: join(root, `workspace-${id}`) });
    },
  };
  const theirs = await ask({ id: "rosa" });
  await drain({}, late);
  expect(await requestRow(world.database, theirs)).toMatchObject({ result: { code: "agent_id_taken", step: "add" } });
});

test("names that a shell would act on arrive as they are", async () => {
  const names = ["O'Brien; $(touch pwned)", "研究员", '--json `pwned` "$HOME" \\'];
  for (const [index, name] of names.entries()) await ask({ id: `named-${index}`, name });
  expect(await drain()).toEqual({ done: 3, failed: 0, released: 0, cancelled: 0, lost: 0 });
  expect((await openclaw().listAgents()).map(({ name }) => name)).toEqual(expect.arrayContaining(names));
  expect((await readdir(home, { recursive: true })).filter((path) => path.includes("pwned"))).toEqual([]);
});

test("a kind that this executor does not know ends the request", async () => {
  const id = await ask();
  const queue = world.queue();
  const newer = {
    ...queue,
    async claim(...args: Parameters<typeof queue.claim>) {
      const claims = await queue.claim(...args);
      return claims.map((claim) => ({ ...claim, row: Object.assign({}, claim.row, { kind: "pause" }) }));
    },
  };
  await drain({}, openclaw(), newer);
  expect(await requestRow(world.database, id)).toMatchObject({
    status: "error",
    result: { code: "unsupported_kind", hint: expect.stringContaining("Update the executor") },
  });
});
