import { existsSync } from "node:fs";
import { copyFile, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { z } from "zod";
import { readFakeCalls, setFakeMode } from "../../dev/fakes/openclaw/mode.ts";
import { FAKE_OPENCLAW } from "../../dev/fakes/openclaw/sandbox.ts";
import { eventually, recordedLog, startExecutorStack } from "../../dev/testing/executor-stack.ts";
import { beat, create, requestRow } from "../../supabase/tests/road.ts";
import { createClaimHold } from "../claim-hold.ts";
import { createOpenclaw, type OpenclawOptions } from "../openclaw.ts";
import { Worker } from "../worker.ts";
import * as workspaces from "../workspace.ts";
import { createHandlers } from "./index.ts";

let world: Awaited<ReturnType<typeof startExecutorStack>>;
let home: string;

beforeAll(async () => {
  world = await startExecutorStack();
  await beat(world.database);
});
beforeEach(async () => {
  home = await world.newHome();
});
afterEach(() => world.clear());
afterAll(() => world.stop());

// Each request here is four to six processes.
vi.setConfig({ testTimeout: 90_000 });

const inState = (name: string) => join(home, ".hatchery", name);
const config = () => join(home, ".openclaw", "openclaw.json");

/** An executor that was just started on this home. */
function start(choices: Partial<OpenclawOptions> = {}) {
  const { log, events } = recordedLog();
  const openclaw = createOpenclaw({ bin: FAKE_OPENCLAW, home, stepTimeoutMs: 20_000, graceMs: 500, log, ...choices });
  const queue = world.queue();
  const edges = { openclaw, workspaces, queue, workspaceRoot: join(home, ".openclaw") };
  const hold = createClaimHold({
    ...{ openclaw, log, lookEveryMs: 0, onChange: () => undefined },
    ...{ stateDir: join(home, ".hatchery"), workspaceRoot: join(home, ".openclaw") },
  });
  const worker = () =>
    new Worker({
      queue: hold.over(queue),
      onUnfit: hold.begin,
      handlerOf: createHandlers(edges),
      announce: async () => undefined,
      ...{ concurrency: 3, sweepMs: 60_000, leaseMs: 60_000, log },
    });
  async function drain() {
    await hold.look();
    return await worker().drain();
  }
  return { openclaw, events, drain };
}

const listed = async () => (await start().openclaw.listAgents()).map(({ id }) => id);

/** Two agents that live, a third whose add has lost them both, and a fourth that waits. */
async function loseTwo() {
  for (const id of ["rosa", "brien"]) await create(world.database, { id });
  await start().drain();
  setFakeMode(home, { losing: { "agents add": ["rosa", "brien"] } });
  const culprit = (await create(world.database, { id: "culprit" })).request.id;
  const executor = start();
  await executor.drain();
  setFakeMode(home, {});
  const waiting = (await create(world.database, { id: "waiting" })).request.id;
  return { culprit, waiting, ...executor };
}

const failure = z.object({ result: z.object({ hint: z.string() }) });

test("an add that loses other agents ends as runtime_lost_agents, and names them and the copy that has them", async () => {
  const { culprit, events } = await loseTwo();
  const row = await requestRow(world.database, culprit);
  expect(row).toMatchObject({
    status: "error",
    result: {
      ...{ code: "runtime_lost_agents", step: "verify", attempts: 1 },
      message: expect.stringContaining("the agents brien, rosa"),
    },
  });
  expect(events()).toContainEqual(expect.objectContaining({ level: "error", lost: ["brien", "rosa"] }));
  const [, copy = ""] = /cp '([^']+)'/.exec(failure.parse(row).result.hint) ?? [];
  await copyFile(copy, config());
  expect((await listed()).sort()).toEqual(["brien", "main", "rosa"]);
});

test("nothing more is claimed or written, also after a restart, and it goes on once the agents are listed again", async () => {
  const { waiting, openclaw } = await loseTwo();
  const written = await readFile(config(), "utf8");
  const { drain } = start();
  expect(await drain()).toEqual({ done: 0, failed: 0, released: 0, cancelled: 0, lost: 0 });
  await expect(openclaw.setIdentity({ id: "culprit", name: "C", emoji: "🦊" })).rejects.toMatchObject({
    ...{ code: "runtime_lost_agents", permanent: false },
  });
  expect(await requestRow(world.database, waiting)).toMatchObject({ status: "queued", attempts: 0 });
  expect(await readFile(config(), "utf8")).toBe(written);

  const { copy } = z
    .object({ copy: z.string() })
    .parse(JSON.parse(await readFile(inState("openclaw-lost-agents.json"), "utf8")));
  await copyFile(copy, config());
  const wentOn = async () => {
    await drain();
    expect(await requestRow(world.database, waiting)).toMatchObject({ status: "done", attempts: 1 });
  };
  await vi.waitFor(wentOn, { timeout: 60_000, interval: 100 });
  expect(existsSync(inState("openclaw-lost-agents.json"))).toBe(false);
});

test("removing the file says that they were meant to go", async () => {
  const { waiting, drain } = await loseTwo();
  await rm(inState("openclaw-lost-agents.json"));
  expect(await drain()).toEqual({ done: 1, failed: 0, released: 0, cancelled: 0, lost: 0 });
  expect(await requestRow(world.database, waiting)).toMatchObject({ status: "done" });
});

test("three requests at once, whose adds and lists overlap, look like no loss", async () => {
  const ids = ["one", "two", "three", "four", "five"];
  for (const id of ids) await create(world.database, { id });
  expect(await start().drain()).toEqual({ done: 5, failed: 0, released: 0, cancelled: 0, lost: 0 });
  expect((await listed()).sort()).toEqual([...ids, "main"].sort());
  expect(existsSync(inState("openclaw-lost-agents.json"))).toBe(false);
});

test("after a kill the request waits under its lease, says why in its progress, and is done in the same attempt", async () => {
  setFakeMode(home, { hanging: { "agents list": { ignoresSigterm: true } } });
  const impatient = start({ stepTimeoutMs: 4000 });
  await expect(impatient.openclaw.listAgents()).rejects.toMatchObject({ code: "step_timeout" });
  setFakeMode(home, {});
  const { request } = await create(world.database);
  // Long enough for what comes before the write.
  const draining = start({ killPauseMs: 15_000 }).drain();
  const note = expect.stringContaining("had to be killed");
  await eventually(async () =>
    expect(await requestRow(world.database, request.id)).toMatchObject({
      progress: expect.arrayContaining([{ step: "add", state: "running", note, waits: true }]),
    }),
  );
  await draining;
  const row = await requestRow(world.database, request.id);
  expect(row).toMatchObject({ status: "done", attempts: 1 });
  expect(JSON.stringify(row)).not.toContain("had to be killed");
});

test("an OpenClaw that is too old is refused before anything is written; one that is too new is warned of once", async () => {
  setFakeMode(home, { version: "2026.3.8" });
  const { request } = await create(world.database);
  const { openclaw, drain: drainOld, events: said } = start();
  await drainOld();
  expect(await requestRow(world.database, request.id)).toMatchObject({ status: "queued", attempts: 0 });
  expect(said()).toContainEqual(
    expect.objectContaining({
      ...{ code: "openclaw_too_old", hint: expect.stringMatching(/2026\.3\.8.*2026\.8\.0/) },
      msg: expect.stringMatching(/nothing is claimed: .* too old/),
    }),
  );
  const identity = { id: "ricky", name: "R", emoji: "🦊" };
  await expect(openclaw.setIdentity(identity)).rejects.toMatchObject({ code: "openclaw_too_old", permanent: false });
  expect(existsSync(join(home, ".openclaw"))).toBe(false);
  expect([...new Set(readFakeCalls(home).map(({ argv }) => argv[0]))]).toEqual(["--version"]);

  setFakeMode(home, { version: "2027.1.0-beta.2" });
  for (const id of ["new-1", "new-2"]) await create(world.database, { id });
  const { drain, events } = start();
  expect(await drain()).toEqual({ done: 3, failed: 0, released: 0, cancelled: 0, lost: 0 });
  const warnings = events().filter((event) => JSON.stringify(event).includes("newer than what"));
  expect(warnings).toEqual([
    expect.objectContaining({ level: "warn", version: "2027.1.0-beta.2", tested: "2026.9.6" }),
  ]);
});
