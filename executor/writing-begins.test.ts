import { randomUUID } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { seededRandom } from "../dev/chaos/seeded-random.ts";
import { readFakeCalls, setFakeMode } from "../dev/fakes/openclaw/mode.ts";
import { FAKE_OPENCLAW } from "../dev/fakes/openclaw/sandbox.ts";
import { recordedLog, startExecutorStack } from "../dev/testing/executor-stack.ts";
import { beat, create, doneResult, requestRow } from "../supabase/tests/road.ts";
import type { Handler } from "./handlers/handler.ts";
import { createHandlers } from "./handlers/index.ts";
import { createSteps } from "./handlers/steps.ts";
import { createOpenclaw } from "./openclaw.ts";
import { runRequest } from "./run-request.ts";
import { Worker } from "./worker.ts";
import * as workspaces from "./workspace.ts";

let world: Awaited<ReturnType<typeof startExecutorStack>>;
let home: string;
const started: Worker[] = [];

beforeAll(async () => {
  world = await startExecutorStack();
  await beat(world.database);
});
beforeEach(async () => {
  home = await world.newHome();
});
afterEach(async () => {
  await Promise.all(started.splice(0).map((worker) => worker.stop(0)));
  await world.clear();
});
afterAll(() => world.stop());

// Each request here is up to six processes.
vi.setConfig({ testTimeout: 90_000 });

/** An executor that hears of a cancel within three seconds. */
function start(): Worker {
  const { log } = recordedLog();
  const openclaw = createOpenclaw({ bin: FAKE_OPENCLAW, home, stepTimeoutMs: 20_000, killPauseMs: 60_000, log });
  const queue = world.queue();
  const edges = { openclaw, workspaces, queue, workspaceRoot: join(home, ".openclaw") };
  const worker = new Worker({
    queue,
    handlerOf: createHandlers(edges),
    announce: async () => undefined,
    ...{ concurrency: 1, sweepMs: 60_000, leaseMs: 9000, log },
  });
  started.push(worker);
  return worker;
}

/** As if OpenClaw had been killed just now: its next write waits for a minute. */
async function killJustNow(): Promise<void> {
  const state = join(home, ".hatchery");
  await mkdir(state, { recursive: true });
  await writeFile(join(state, "openclaw-killed.json"), JSON.stringify({ killedAt: new Date() }));
}

const row = (id: string) => requestRow(world.database, id);
const becomes = (id: string, expected: object) =>
  vi.waitFor(async () => expect(await row(id)).toMatchObject(expected), { timeout: 60_000, interval: 25 });
const cancel = (id: string) => world.database.query("select public.cancel_request($1, 'me')", [id]);
const writes = () => readFakeCalls(home).filter(({ argv }) => argv[1] === "add" || argv[1] === "set-identity");
const note = expect.stringContaining("had to be killed");
const waiting = (step: string) => ({
  progress: expect.arrayContaining([{ step, state: "running", note, waits: true }]),
});

test("a cancel while the write waits is honoured, and OpenClaw stays as it was", async () => {
  await killJustNow();
  const { request } = await create(world.database);
  const running = start().run();
  await becomes(request.id, waiting("add"));
  await cancel(request.id);
  await becomes(request.id, { status: "error", result: { code: "cancelled", attempts: 1 }, writing_began_at: null });
  await started[0]?.stop(0);
  await running;
  expect(writes()).toEqual([]);
});

test("a stop while the write waits costs no attempt, and leaves no step that failed", async () => {
  await killJustNow();
  const { request } = await create(world.database);
  const worker = start();
  const running = worker.run();
  await becomes(request.id, waiting("add"));
  await worker.stop(0);
  await running;
  expect(await row(request.id)).toMatchObject({
    ...{ status: "queued", attempts: 0, writing_began_at: null },
    progress: [{ step: "workspace", state: "done", ms: expect.any(Number) }],
  });
  expect(writes()).toEqual([]);
});

test("a retry that finds its agent added begins to write with the name, and is cancelled before", async () => {
  setFakeMode(home, { failing: { "agents set-identity": { message: "The disk is on fire" } } });
  const { request } = await create(world.database);
  await world.database.query("update public.agent_provision_requests set max_attempts = 1");
  await start().drain();
  expect(await row(request.id)).toMatchObject({ status: "error", writing_began_at: expect.any(Date) });
  const before = writes();

  setFakeMode(home, {});
  await killJustNow();
  const [answer] = await world.database.query("select public.retry_request($1, 'me') -> 'request' ->> 'id' as id", [
    request.id,
  ]);
  const id = String(answer?.["id"]);
  start().run().catch(expect.fail);
  await becomes(id, waiting("identity"));
  expect(await row(id)).toMatchObject({
    progress: expect.arrayContaining([{ step: "add", state: "done", ms: expect.any(Number), waits: true }]),
  });
  await cancel(id);
  await becomes(id, { status: "error", result: { code: "cancelled" } });
  expect(writes()).toEqual(before);
});

test("what runs is told as waiting until its write begins, and then as too late to cancel", async () => {
  setFakeMode(home, { hanging: { "agents add": { ignoresSigterm: false } } });
  const { request } = await create(world.database);
  const worker = start();
  const running = worker.run();
  await becomes(request.id, { progress: expect.arrayContaining([{ step: "add", state: "running" }]) });
  await expect(cancel(request.id)).rejects.toThrow("OpenClaw is being changed already");
  await worker.stop(0);
  await running;
  expect(await row(request.id)).toMatchObject({ status: "queued", attempts: 1 });
});

test("a cancel that races the begin of the write: called off and never added, or too late and done", async () => {
  const random = seededRandom(20261122);
  const queue = world.queue();
  const ends = { cancelled: 0, done: 0 };
  for (let round = 0; round < 100; round += 1) {
    const { request } = await create(world.database, { id: `racer-${round}` });
    let isAdded = false;
    let answer = Promise.resolve("not asked");
    const handler: Handler = async ({ agent_id_short }, context) => {
      const steps = createSteps(context, []);
      await steps.run("workspace", async () => undefined);
      await steps.runWrite("add", async ({ onBegin }) => {
        answer = sleep(random.whole(0, 9))
          .then(() => cancel(request.id))
          .then(
            () => "heard",
            (error: unknown) => String(error),
          );
        await sleep(random.whole(0, 9));
        await onBegin();
        context.signal.throwIfAborted();
        isAdded = true;
      });
      return { result: { ...doneResult(agent_id_short), steps: [] }, runtimeAgents: [] };
    };
    const claimedAt = performance.now();
    const [claim] = await queue.claim(1, randomUUID());
    if (claim === undefined) throw new Error("Nothing was claimed");
    const turn = { earlier: Promise.resolve(), superseded: new AbortController().signal };
    const signal = new AbortController().signal;
    const { log } = recordedLog();
    const options = { queue, handlerOf: () => handler, leaseMs: 60_000, claimedAt, turn, signal, log };
    const end = await runRequest(claim, options);
    if (end === "cancelled") {
      expect({ answer: await answer, isAdded }).toEqual({ answer: "heard", isAdded: false });
      expect(await row(request.id)).toMatchObject({ status: "error", result: { code: "cancelled" } });
    } else {
      expect({ end, isAdded }).toEqual({ end: "done", isAdded: true });
      expect(await answer).toMatch(/OpenClaw is being changed already|This request has ended/);
      expect(await row(request.id)).toMatchObject({ status: "done", cancel_requested_at: null });
    }
    ends[end === "cancelled" ? "cancelled" : "done"] += 1;
  }
  expect(ends.cancelled).toBeGreaterThan(0);
  expect(ends.done).toBeGreaterThan(0);
});
