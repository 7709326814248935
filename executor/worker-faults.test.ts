import { randomUUID } from "node:crypto";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { z } from "zod";
import type { ClaimedRequest } from "#contract";
import { eventually, recordedLog, startExecutorStack } from "../dev/testing/executor-stack.ts";
import { firstCalls, startFlakyProxy } from "../dev/testing/flaky-proxy.ts";
import { create, INSTANCE, requestRow } from "../supabase/tests/road.ts";
import { createCounters } from "./counters.ts";
import { PermanentError } from "./errors.ts";
import type { Handler } from "./handlers/handler.ts";
import { QueueError } from "./queue-error.ts";
import { Worker, type WorkerOptions } from "./worker.ts";

let world: Awaited<ReturnType<typeof startExecutorStack>>;
let proxy: Awaited<ReturnType<typeof startFlakyProxy>>;
const started: { worker: Worker; running: Promise<void> }[] = [];

beforeAll(async () => {
  world = await startExecutorStack();
  proxy = await startFlakyProxy(world.stack.apiUrl);
});
beforeEach(() => world.database.query("truncate public.executors cascade"));
afterEach(async () => {
  proxy.setFaults(() => "pass");
  for (const { worker, running } of started.splice(0)) {
    await worker.stop(0);
    await running;
  }
  proxy.calls.length = 0;
  await world.clear();
});
afterAll(async () => {
  await proxy.stop();
  await world.stop();
});

const succeed: Handler = async ({ agent_id_short }: ClaimedRequest) => ({
  result: { agentId: agent_id_short, workspaceDir: "/w", openclawVersion: "2026.9.6", steps: [] },
  runtimeAgents: [],
});

function run(
  handler: Handler,
  {
    instanceId = INSTANCE,
    leaseSeconds = 60,
    ...choices
  }: Partial<WorkerOptions> & { instanceId?: string; leaseSeconds?: number } = {},
) {
  const { log, events } = recordedLog();
  const queue = world.queue({ url: proxy.url, instanceId, leaseSeconds });
  const about = { displayName: "Mini", platform: "test", version: "0", contractVersion: 1, openclawVersion: null };
  const worker = new Worker({
    queue,
    handlerOf: () => handler,
    announce: async () => {
      await queue.recordHeartbeat({ ...about, workspaceRoot: "/w", counters: {} });
    },
    concurrency: 3,
    sweepMs: 60_000,
    leaseMs: leaseSeconds * 1000,
    log,
    ...choices,
  });
  started.push({ worker, running: worker.run() });
  return { worker, events };
}

const look = z.looseObject({ msg: z.string(), level: z.string() });

const becomes = (id: string, expected: object) =>
  eventually(async () => expect(await requestRow(world.database, id)).toMatchObject(expected));
const idOf = async (id: string) => (await create(world.database, { id })).request.id;
const called = (verb: string) => proxy.calls.filter((path) => path.endsWith(verb)).length;
const isSaid = (events: () => unknown[], msg: string) =>
  eventually(() => expect(events()).toContainEqual(expect.objectContaining({ msg: expect.stringContaining(msg) })));

test("a second process of one id waits, takes over from silence, and the first waits in its turn", async () => {
  const gate = Promise.withResolvers<void>();
  const slow: Handler = async (request, context) => {
    await gate.promise;
    return await succeed(request, context);
  };
  const first = run(slow, { sweepMs: 50 });
  const held = await idOf("held");
  await becomes(held, { status: "running" });
  const second = run(succeed, { sweepMs: 50, instanceId: randomUUID() });
  await isSaid(second.events, "another process works as this executor");

  await world.database.query("update public.executors set last_seen_at = now() - interval '61 s'");
  await isSaid(second.events, "taking over");
  await isSaid(first.events, "another process works as this executor");
  await becomes(await idOf("next"), { status: "done", attempts: 1 });
  // What it had begun is its own to end: the lease says so.
  gate.resolve();
  await becomes(held, { status: "done", attempts: 1 });
  const waits = (events: () => unknown[]) => JSON.stringify(events()).match(/another process works/g);
  expect(waits(first.events)).toHaveLength(1);
  expect(waits(second.events)).toHaveLength(1);
});

test("a drain beside another process ends with a sentence", async () => {
  await world.queue({ instanceId: randomUUID() }).recordHeartbeat({
    ...{ displayName: "Mini", platform: "test", version: "0", contractVersion: 1, openclawVersion: null },
    ...{ workspaceRoot: "/w", counters: {} },
  });
  const { worker } = run(succeed);
  await expect(worker.drain()).rejects.toThrow(/Another process works as executor mini, and was seen \d s ago/);
});

test("a database that cannot store the end, each time it is told, ends the attempt and never the worker", async () => {
  const stubborn = await idOf("stubborn");
  await world.database.query(
    `create function public.refuse_done() returns trigger language plpgsql as
     $$ begin if new.agent_key like '%stubborn%' and new.status = 'done' then raise check_violation; end if; return new; end $$;
     create trigger refuse_done before update on public.agent_provision_requests for each row execute function refuse_done()`,
  );
  try {
    const { worker } = run(succeed);
    await becomes(stubborn, { status: "queued", attempts: 1 });
    const other = await idOf("other");
    worker.nudge("insert");
    await becomes(other, { status: "done" });
  } finally {
    await world.database.query("drop function public.refuse_done() cascade");
  }
});

test("a sweep that fails stops no claim", async () => {
  proxy.setFaults((path) => (path.endsWith("fail_stuck_requests") ? { status: 500, body: "{}" } : "pass"));
  // There before the first look: without a nudge the next one comes a minute later.
  const id = await idOf("waiting");
  const { events } = run(succeed);
  await becomes(id, { status: "done" });
  await isSaid(events, "could not be swept");
});

test("stopping gives back what a claim took whose answer was lost", async () => {
  const { worker } = run(succeed);
  await eventually(() => expect(called("claim_provision_requests")).toBe(1));
  const id = await idOf("unheard");
  // However often it asks for work before it stops; what it then asks, without a free slot, is answered.
  proxy.setFaults((path, body) => {
    const asksForWork = path.endsWith("/claim_provision_requests") && JSON.parse(String(body)).free_slots > 0;
    return asksForWork ? "lose answer" : "pass";
  });
  worker.nudge("insert");
  await becomes(id, { status: "running", attempts: 1 });
  await worker.stop(0);
  expect(await requestRow(world.database, id)).toMatchObject({ status: "queued", attempts: 0 });
});

test("claims whose answers are lost for longer than a lease cost no attempt", async () => {
  proxy.setFaults((path) => (path.endsWith("claim_provision_requests") ? "lose answer" : "pass"));
  const ids = [await idOf("one"), await idOf("two")];
  run(succeed, { sweepMs: 100, leaseSeconds: 5 });
  const isOver = "select from private.request_leases where lease_expires_at < now()";
  await eventually(async () => expect(await world.database.query(isOver)).toHaveLength(2));
  const before = called("claim_provision_requests");
  await eventually(() => expect(called("claim_provision_requests")).toBeGreaterThan(before + 1));
  for (const id of ids) expect(await requestRow(world.database, id)).toMatchObject({ status: "running", attempts: 1 });
  proxy.setFaults(firstCalls("/release_provision_request", 1, "lose answer"));
  for (const id of ids) await becomes(id, { status: "done", attempts: 1 });
});

test("a success that is heard and refused all the same is counted as done", async () => {
  const queue = world.queue();
  const counters = createCounters();
  const complete: typeof queue.complete = async (...words) => {
    await queue.complete(...words);
    throw new QueueError("complete_provision_request", 413, "is too large for a gateway", { cause: null });
  };
  const id = await idOf("heard");
  run(succeed, { queue: { ...queue, complete }, counters });
  await eventually(() => expect(counters).toMatchObject({ claimed: 1, done: 1, failed: 0 }));
  expect(await requestRow(world.database, id)).toMatchObject({ status: "done", attempts: 1 });
});

test("a failure whose answer was lost is counted as that, once", async () => {
  proxy.setFaults(firstCalls("/fail_provision_request", 1, "lose answer"));
  const counters = createCounters();
  const broken: Handler = async () => {
    throw new PermanentError("workspace_taken", "It is taken");
  };
  const id = await idOf("broken");
  run(broken, { counters });
  await becomes(id, { status: "error", attempts: 1 });
  await eventually(() => expect(counters).toMatchObject({ claimed: 1, done: 0, failed: 1 }));
});

test("a look that has claimed is logged with its reasons, and one that found nothing only to who debugs", async () => {
  const { worker, events } = run(succeed, { sweepMs: 50 });
  await eventually(() => expect(called("claim_provision_requests")).toBeGreaterThan(2));
  const id = await idOf("asked");
  worker.nudge("queued");
  await becomes(id, { status: "done" });
  const looks = events()
    .map((event) => look.parse(event))
    .filter(({ msg }) => msg === "looked");
  const told = looks.filter(({ level }) => level === "info");
  expect(told).toMatchObject([{ claimed: 1, reasons: expect.any(Array) }]);
  expect(looks.length).toBeGreaterThan(2);
});

test("what the sweep alone finds is told, unless it was announced or is tried again", async () => {
  let unannounced = 0;
  const broken: Handler = async () => {
    throw new Error("not yet");
  };
  const { worker } = run(broken, {
    sweepMs: 100,
    onUnannounced: () => {
      unannounced += 1;
    },
  });
  await eventually(() => expect(called("claim_provision_requests")).toBeGreaterThan(2));
  const id = await idOf("quiet");
  await becomes(id, { attempts: 1, status: "queued" });
  expect(unannounced).toBe(1);
  await world.database.query("update public.agent_provision_requests set run_after = now()");
  await becomes(id, { attempts: 2, status: "queued" });
  await worker.stop(0);
  expect(unannounced).toBe(1);
});

test("it counts what was claimed, and which end it came to", async () => {
  const counters = createCounters();
  const handler: Handler = async (request, context) => {
    const { agent_id_short: id, attempts } = request;
    if (id === "bad") throw new PermanentError("workspace_taken", "It is taken");
    if (id === "again" && attempts === 1) throw new Error("not yet");
    if (id === "lost") {
      await world.database.query(
        "delete from private.request_leases as l using public.agent_provision_requests as r where l.request_id = r.id and r.agent_id_short = 'lost'",
      );
    }
    return await succeed(request, context);
  };
  for (const id of ["good", "bad", "again", "lost"]) await idOf(id);
  const { worker } = run(handler, { counters });
  await eventually(() => expect(counters).toMatchObject({ claimed: 4, done: 1, failed: 2, lostLeases: 1 }));
  await world.database.query("update public.agent_provision_requests set run_after = now()");
  worker.nudge("test");
  await eventually(() =>
    expect(counters).toEqual({ ...createCounters(), claimed: 5, done: 2, failed: 2, retried: 1, lostLeases: 1 }),
  );
});
