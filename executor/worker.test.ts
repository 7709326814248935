import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { ClaimedRequest } from "#contract";
import { eventually, recordedLog, startExecutorStack } from "../dev/testing/executor-stack.ts";
import { firstCalls, startFlakyProxy } from "../dev/testing/flaky-proxy.ts";
import { create, requestRow, skipBackoff } from "../supabase/tests/road.ts";
import { PermanentError } from "./errors.ts";
import type { Handler } from "./handlers/handler.ts";
import { Worker, type WorkerOptions } from "./worker.ts";

let world: Awaited<ReturnType<typeof startExecutorStack>>;
let proxy: Awaited<ReturnType<typeof startFlakyProxy>>;
const started: { worker: Worker; running: Promise<void> }[] = [];

beforeAll(async () => {
  world = await startExecutorStack();
  proxy = await startFlakyProxy(world.stack.apiUrl);
});
afterAll(async () => {
  await proxy.stop();
  await world.stop();
});
afterEach(async () => {
  for (const { worker, running } of started.splice(0)) {
    await worker.stop(0);
    await running;
  }
  proxy.setFaults(() => "pass");
  // A worker that has stopped calls no more: what comes from here on is of the next test.
  proxy.calls.length = 0;
  await world.clear();
});

const NEVER_MS = 60_000;

const outcome = (request: ClaimedRequest) => ({
  result: { agentId: request.agent_id_short, workspaceDir: "/w", openclawVersion: "2026.9.6", steps: [] },
  runtimeAgents: [],
});
const succeed: Handler = async (request) => outcome(request);
/** Works until it is told to stop, and then fails as an edge would. */
const linger: Handler = (_, { signal }) =>
  new Promise((_resolve, reject) => {
    // It may have been told while it waited for something else.
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener("abort", () => reject(signal.reason));
  });

function worker(handler: Handler, choices: Partial<WorkerOptions> & { leaseSeconds?: number } = {}) {
  const leaseSeconds = choices.leaseSeconds ?? 60;
  const queue = world.queue({ url: proxy.url, leaseSeconds });
  return new Worker({
    queue,
    handlerOf: () => handler,
    announce: async () => {
      const about = { displayName: "Mini", platform: "test", version: "0", contractVersion: 1, openclawVersion: null };
      await queue.recordHeartbeat({ ...about, workspaceRoot: "/w", counters: {} });
    },
    concurrency: 3,
    sweepMs: NEVER_MS,
    leaseMs: leaseSeconds * 1000,
    log: recordedLog().log,
    ...choices,
  });
}

function run(handler: Handler, choices: Parameters<typeof worker>[1] = {}): Worker {
  const made = worker(handler, choices);
  started.push({ worker: made, running: made.run() });
  return made;
}

/** Resolves once the worker has found the queue empty. */
async function firstLook(): Promise<void> {
  await eventually(() => expect(proxy.calls.at(-1)).toMatch(/claim_provision_requests$/));
}

async function becomes(id: string, expected: object): Promise<void> {
  await eventually(async () => expect(await requestRow(world.database, id)).toMatchObject(expected));
}

const idOf = async (id: string) => (await create(world.database, { id })).request.id;

test("what waits at the start is done, and what comes later is done after a nudge", async () => {
  const waiting = await idOf("waiting");
  const made = run(succeed);
  await becomes(waiting, { status: "done", result: { agentId: "waiting" } });
  const later = await idOf("later");
  made.nudge("insert");
  await becomes(later, { status: "done" });
});

test("without any nudge the sweep finds it", async () => {
  run(succeed, { sweepMs: 100 });
  await firstLook();
  await becomes(await idOf("quiet"), { status: "done" });
});

test("a nudge that comes while a claim is under way is not lost", async () => {
  const carriedOut = Promise.withResolvers<void>();
  const late = Promise.withResolvers<void>();
  const hold = () => {
    carriedOut.resolve();
    return late.promise;
  };
  proxy.setFaults(firstCalls("/claim_provision_requests", 1, { late: hold }));
  const made = run(succeed);
  await carriedOut.promise;
  const id = await idOf("between");
  made.nudge("insert");
  late.resolve();
  await becomes(id, { status: "done" });
});

test("no more is claimed than there are free slots, and a free slot claims the next", async () => {
  const gate = Promise.withResolvers<void>();
  let most = 0;
  let now = 0;
  const ids = await Promise.all(["a1", "a2", "a3", "a4", "a5"].map(idOf));
  run(
    async (request) => {
      now += 1;
      most = Math.max(most, now);
      await gate.promise;
      now -= 1;
      return outcome(request);
    },
    { concurrency: 2 },
  );
  await eventually(() => expect(now).toBe(2));
  const counts = "select status, count(*)::int from public.agent_provision_requests group by 1 order by 1";
  expect(await world.database.query(counts)).toEqual([
    { status: "queued", count: 3 },
    { status: "running", count: 2 },
  ]);
  gate.resolve();
  for (const id of ids) await becomes(id, { status: "done", attempts: 1 });
  expect(most).toBe(2);
});

test("a failure is tried again later, a permanent one ends the request, and neither ends the worker", async () => {
  const handlers = new Map<string, Handler>([
    [
      "broken",
      async () => {
        throw new TypeError("undefined is not a function");
      },
    ],
    [
      "hopeless",
      async () => {
        throw new PermanentError("workspace_taken", "It is taken", { hint: "Move it", diagnostics: "ls" });
      },
    ],
  ]);
  const ids = { broken: await idOf("broken"), hopeless: await idOf("hopeless") };
  const made = run((request, context) => (handlers.get(request.agent_id_short) ?? succeed)(request, context));
  await becomes(ids.broken, { status: "queued", attempts: 1, result: null });
  await becomes(ids.hopeless, {
    status: "error",
    result: { code: "workspace_taken", message: "It is taken", hint: "Move it", attempts: 1 },
  });
  expect(await world.database.query("select output from private.request_diagnostics")).toEqual([{ output: "ls" }]);
  const next = await idOf("next");
  made.nudge("insert");
  await becomes(next, { status: "done" });
});

test("a row that breaks the contract's rules is refused by name of its field, and never run", async () => {
  const id = await idOf("poison");
  await world.database.query("update public.agents set emoji = '🦊🦊'");
  let runs = 0;
  run(async (request) => {
    runs += 1;
    return outcome(request);
  });
  await becomes(id, { status: "error", result: { code: "invalid_row", message: expect.stringContaining("emoji") } });
  expect(runs).toBe(0);
});

test("work whose lease was given away is aborted, and nothing more is said about it", async () => {
  const id = await idOf("stolen");
  const reasons: unknown[] = [];
  run(
    async (request, context) => {
      await context.report([{ step: "workspace", state: "running" }]);
      await linger(request, context).catch((error) => reasons.push(error));
      throw new Error("stopped half way");
    },
    { leaseSeconds: 5 },
  );
  await becomes(id, { progress: [{ step: "workspace", state: "running" }] });
  await world.database.query("update private.request_leases set claim_token = gen_random_uuid()");
  await eventually(() => expect(reasons).toMatchObject([{ name: "LeaseLostError" }]));
  await started[0]?.worker.stop(5000);
  expect(await requestRow(world.database, id)).toMatchObject({ status: "running", result: null, attempts: 1 });
});

test("lost answers cost nothing: each request is done once, in one attempt", async () => {
  const faults = ["/claim_provision_requests", "/renew_provision_lease", "/complete_provision_request"].map((verb) =>
    firstCalls(verb, 1, "lose answer"),
  );
  proxy.setFaults((path) => faults.map((decide) => decide(path)).find((fault) => fault !== "pass") ?? "pass");
  let runs = 0;
  const id = await idOf("unlucky");
  run(async (request, { report }) => {
    runs += 1;
    await report([{ step: "workspace", state: "running" }]);
    return outcome(request);
  });
  await becomes(id, { status: "done", attempts: 1, progress: [{ step: "workspace", state: "running" }] });
  expect(runs).toBe(1);
  const lives = "select count(*)::int from public.activities where type = 'agent_provisioned'";
  expect(await world.database.query(lives)).toEqual([{ count: 1 }]);
});

test("the first claim after an outage longer than a lease is worked on, in one attempt", async () => {
  const made = run(succeed, { leaseMs: 3500 });
  await firstLook();
  proxy.setFaults((path) => (path.endsWith("claim_provision_requests") ? "cut" : "pass"));
  const asked = () => proxy.calls.filter((path) => path.endsWith("claim_provision_requests")).length;
  const before = asked();
  made.nudge("test");
  // Pauses of at least 250, 500, 1,000 and 2,000 ms lie between these.
  await eventually(() => expect(asked()).toBeGreaterThan(before + 4));
  const { request } = await create(world.database);
  proxy.setFaults(() => "pass");
  made.nudge("test");
  await becomes(request.id, { status: "done", attempts: 1 });
});

test("a database that is away is asked again", async () => {
  proxy.setFaults(firstCalls("/claim_provision_requests", 2, { status: 503, body: "<html>" }));
  run(succeed);
  await becomes(await idOf("patient"), { status: "done" });
});

test("a refused key is not shown again for a while, however often the worker is nudged", async () => {
  const { log, events } = recordedLog();
  proxy.setFaults(() => ({ status: 401, body: '{"message":"Invalid API key"}' }));
  const refused = run(succeed, { log });
  await eventually(() =>
    expect(events()).toContainEqual(expect.objectContaining({ msg: expect.stringContaining("key refused") })),
  );
  for (let nudges = 0; nudges < 10; nudges += 1) {
    refused.nudge("insert");
    // On the way that a worker which heeds the nudge would take, so that its call would be there before the end.
    await fetch(`${proxy.url}/nudged`);
  }
  await refused.stop(0);
  expect(proxy.calls.filter((path) => path !== "/nudged")).toEqual(["/rest/v1/rpc/record_heartbeat"]);
});

test("stopping lets what runs end, gives back what has not started, and claims no more", async () => {
  const running = await idOf("running");
  const gate = Promise.withResolvers<void>();
  const made = run(async (request) => {
    await gate.promise;
    return outcome(request);
  });
  await becomes(running, { status: "running" });

  const late = Promise.withResolvers<void>();
  proxy.setFaults(firstCalls("/claim_provision_requests", 1, { late: () => late.promise }));
  const claimed = await idOf("claimed");
  made.nudge("insert");
  await becomes(claimed, { status: "running" });
  const stopped = made.stop(10_000);
  const later = await idOf("later");
  made.nudge("insert");
  late.resolve();
  await becomes(claimed, { status: "queued", attempts: 0 });
  gate.resolve();
  await stopped;
  expect(await requestRow(world.database, running)).toMatchObject({ status: "done" });
  expect(await requestRow(world.database, later)).toMatchObject({ status: "queued", attempts: 0 });
});

test("work that outlasts the grace before OpenClaw was written to goes back, and costs no attempt", async () => {
  const id = await idOf("slow");
  const made = run(async (request, context) => {
    await context.report([{ step: "workspace", state: "running" }]);
    return await linger(request, context);
  });
  await becomes(id, { progress: [{ step: "workspace", state: "running" }] });
  const patient = made.stop(NEVER_MS);
  await made.stop(0);
  await patient;
  expect(await requestRow(world.database, id)).toMatchObject({ status: "queued", attempts: 0 });
});

test("work that is cut off while OpenClaw is written to counts as an attempt, and names the step", async () => {
  const id = await idOf("slow");
  await world.database.query("update public.agent_provision_requests set max_attempts = 2");
  const cutOff = async () => {
    const writing = Promise.withResolvers<void>();
    const made = run(async (request, context) => {
      await context.report([
        { step: "workspace", state: "done", ms: 1 },
        { step: "add", state: "running" },
      ]);
      writing.resolve();
      return await linger(request, context);
    });
    // Not what the row says, which keeps the progress of the attempt before.
    await writing.promise;
    await made.stop(0);
  };
  await cutOff();
  expect(await requestRow(world.database, id)).toMatchObject({ status: "queued", attempts: 1 });
  await skipBackoff(world.database, id);
  await cutOff();
  expect(await requestRow(world.database, id)).toMatchObject({
    status: "error",
    result: { code: "internal", step: "add", message: expect.stringContaining("step add"), attempts: 2 },
  });
});

test("draining ends when nothing is waiting, with the count of each end, or with the database's silence", async () => {
  for (const id of ["one", "two", "three", "four", "bad"]) await idOf(id);
  const ends = await worker(async (request) => {
    if (request.agent_id_short === "bad") throw new PermanentError("workspace_taken", "It is taken");
    return outcome(request);
  }).drain();
  expect(ends).toEqual({ done: 4, failed: 1, released: 0, cancelled: 0, lost: 0 });

  proxy.setFaults(() => "cut");
  await expect(worker(succeed).drain()).rejects.toMatchObject({ name: "QueueError", status: 0 });
});

test("what a drain gives back when it is stopped is no failure, and no success either", async () => {
  const begun = Promise.withResolvers<void>();
  const id = await idOf("waiting");
  const made = worker((request, context) => {
    begun.resolve();
    return linger(request, context);
  });
  const ends = made.drain();
  await begun.promise;
  await made.stop(0);
  expect(await ends).toEqual({ done: 0, failed: 0, released: 1, cancelled: 0, lost: 0 });
  expect(await requestRow(world.database, id)).toMatchObject({ status: "queued", attempts: 0 });
});
