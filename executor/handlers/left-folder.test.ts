import { mkdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { type FakeMode, setFakeMode } from "../../dev/fakes/openclaw/mode.ts";
import { FAKE_OPENCLAW } from "../../dev/fakes/openclaw/sandbox.ts";
import { recordedLog, startExecutorStack } from "../../dev/testing/executor-stack.ts";
import { agentRows, cancel, remove } from "../../supabase/tests/life.ts";
import { beat, create, MINI, requestRow, service, skipBackoff } from "../../supabase/tests/road.ts";
import { createOpenclaw } from "../openclaw.ts";
import { Worker } from "../worker.ts";
import * as workspaces from "../workspace.ts";
import { createHandlers } from "./index.ts";

// Each attempt is up to eight processes, and the machine may be busy.
vi.setConfig({ testTimeout: 120_000 });

const CODER = "I am Ricky, and I write code";
const LAWYER = "I am Ricky, and I read contracts";

let world: Awaited<ReturnType<typeof startExecutorStack>>;
let home: string;
let root: string;

beforeAll(async () => {
  world = await startExecutorStack();
  await world.database.query("insert into public.projects (id, name) values ('back-office', 'Back Office')");
});
beforeEach(async () => {
  home = await world.newHome();
  root = join(home, ".openclaw");
  await beat(world.database, MINI, service, { workspaceRoot: root });
});
afterEach(() => world.clear());
afterAll(() => world.stop());

const openclaw = () =>
  createOpenclaw({ bin: FAKE_OPENCLAW, home, stepTimeoutMs: 20_000, killPauseMs: 60_000, log: recordedLog().log });

function start(mode: Partial<FakeMode> = {}): Worker {
  setFakeMode(home, mode);
  const queue = world.queue();
  return new Worker({
    queue,
    handlerOf: createHandlers({ openclaw: openclaw(), workspaces, queue, workspaceRoot: root }),
    announce: async () => undefined,
    ...{ concurrency: 1, sweepMs: 60_000, leaseMs: 9000, log: recordedLog().log },
  });
}
const drain = (mode: Partial<FakeMode> = {}) => start(mode).drain();

const dir = () => join(root, "workspace-ricky");
const path = (file: string) => join(dir(), file);
const soul = async () => ({
  disk: await readFile(path("SOUL.md"), "utf8"),
  head: (await world.database.query("select content from public.brain_docs where doc_type = 'soul'"))[0]?.["content"],
});
const listedIds = async () => (await openclaw().listAgents()).map(({ id }) => id);
const lastAttempt = () => world.database.query("update public.agent_provision_requests set max_attempts = 1");

/** What follows when the agent that was there is gone: another one of the same name is made. */
async function becomesLawyer(project?: string): Promise<void> {
  expect(await agentRows(world.database)).toEqual([]);
  expect(await readFile(path("SOUL.md"), "utf8")).toBe(CODER);
  await create(world.database, { soul: LAWYER, ...(project !== undefined && { project }) });
  expect(await drain()).toMatchObject({ done: 1 });
  expect(await soul()).toEqual({ disk: LAWYER, head: LAWYER });
}

/** Its SOUL.md is written, and a file after it is refused. */
async function makeHalf(): Promise<void> {
  await create(world.database, { soul: CODER });
  await mkdir(dir(), { recursive: true });
  await symlink("/etc/passwd", path("USER.md"));
  expect(await drain()).toMatchObject({ failed: 1 });
  await rm(path("USER.md"));
}

test("a new agent is not what a removed one was, of which a file was refused", async () => {
  await makeHalf();
  expect(await remove(world.database)).toMatchObject({ removed: true });
  await becomesLawyer();
});

test("a new agent of another project is not what a removed one was", async () => {
  await makeHalf();
  expect(await remove(world.database)).toMatchObject({ removed: true });
  await becomesLawyer("back-office");
});

test("a new agent is not what a removed one was, whose add still waited when it was called off", async () => {
  await mkdir(join(home, ".hatchery"), { recursive: true });
  const killed = join(home, ".hatchery", "openclaw-killed.json");
  await writeFile(killed, JSON.stringify({ killedAt: new Date() }));
  const { request } = await create(world.database, { soul: CODER });
  const worker = start();
  const running = worker.run();
  const becomes = (expected: object) =>
    vi.waitFor(async () => expect(await requestRow(world.database, request.id)).toMatchObject(expected), {
      ...{ timeout: 60_000, interval: 25 },
    });
  await becomes({ progress: expect.arrayContaining([expect.objectContaining({ step: "add", waits: true })]) });
  await cancel(world.database, request.id);
  await becomes({ status: "error" });
  await worker.stop(0);
  await running;
  await rm(killed);
  expect(await remove(world.database)).toMatchObject({ removed: true });
  await becomesLawyer();
});

test("a new agent is not what a removed one was, whose add never succeeded", async () => {
  await create(world.database, { soul: CODER });
  await lastAttempt();
  expect(await drain({ failing: { "agents add": { message: "The disk is on fire" } } })).toMatchObject({ failed: 1 });
  expect(await remove(world.database)).toMatchObject({ removed: false });
  expect(await drain()).toMatchObject({ done: 1 });
  await becomesLawyer();
});

test("what somebody wrote into the folder of a removed agent is taken for what the new one says", async () => {
  await makeHalf();
  expect(await remove(world.database)).toMatchObject({ removed: true });
  await writeFile(path("SOUL.md"), "Written by hand");
  await create(world.database, { soul: LAWYER });
  expect(await drain()).toMatchObject({ done: 1 });
  expect(await soul()).toEqual({ disk: "Written by hand", head: "Written by hand" });
});

test("an agent without documents whose set-up failed half-way is removed in OpenClaw too, at the first attempt", async () => {
  await create(world.database);
  await world.database.query("delete from public.brain_docs");
  await lastAttempt();
  await drain({ failing: { "agents set-identity": { message: "The disk is on fire" } } });
  expect(await listedIds()).toContain("ricky");
  const { request } = await remove(world.database);
  expect(await drain()).toMatchObject({ done: 1 });
  expect(await requestRow(world.database, String(request?.["id"]))).toMatchObject({
    ...{ kind: "deprovision", status: "done", attempts: 1 },
    result: { workspace: "trashed" },
  });
  expect(await listedIds()).toEqual(["main"]);
});

test("an agent that was never ours stays in OpenClaw also when its removal is tried again", async () => {
  await openclaw().addAgent({ id: "ricky", workspace: dir() });
  const { request } = await create(world.database);
  await world.database.query("delete from public.brain_docs");
  await lastAttempt();
  expect(await drain()).toMatchObject({ failed: 1 });
  await world.database.query(
    `update public.agent_provision_requests set kind = 'deprovision', status = 'queued', max_attempts = 3,
       progress = '[{"step": "workspace", "state": "done"}]'`,
  );
  await skipBackoff(world.database, request.id);
  await drain();
  expect(await requestRow(world.database, request.id)).toMatchObject({
    ...{ status: "done", attempts: 2 },
    result: { workspace: "kept" },
  });
  expect(await listedIds()).toEqual(["main", "ricky"]);
});
