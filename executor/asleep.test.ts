import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { readFakeAdds, readFakeCalls, setFakeMode } from "../dev/fakes/openclaw/mode.ts";
import { FAKE_OPENCLAW } from "../dev/fakes/openclaw/sandbox.ts";
import { executorProcesses } from "../dev/testing/executor-process.ts";
import { recordedLog, startExecutorStack } from "../dev/testing/executor-stack.ts";
import { beat, create, MINI, PROJECT, requestRow, service } from "../supabase/tests/road.ts";
import { seedDocuments } from "./documents.ts";
import type { Handler } from "./handlers/handler.ts";
import { createSteps } from "./handlers/steps.ts";
import { runRequest } from "./run-request.ts";
import { Worker } from "./worker.ts";
import { openWorkspace } from "./workspace.ts";

const PATIENCE = { timeout: 120_000 };
const eventually = (assertion: () => unknown) => vi.waitFor(assertion, { timeout: 80_000, interval: 50 });

let world: Awaited<ReturnType<typeof startExecutorStack>>;
let home: string;
const processes = executorProcesses();

beforeAll(async () => {
  world = await startExecutorStack();
});
beforeEach(async () => {
  home = await world.newHome();
});
afterEach(async () => {
  await processes.end();
  await world.clear();
  await world.database.query("truncate public.executors cascade");
});
afterAll(() => world.stop());

const becomes = (id: string, expected: object) =>
  eventually(async () => expect(await requestRow(world.database, id)).toMatchObject(expected));
const sweep = () => world.database.query("select * from public.fail_stuck_requests()");

test(
  "asleep for longer than the lease of the last attempt: done when it wakes, in that attempt, added once",
  PATIENCE,
  async () => {
    // Still at it when the machine wakes, if nobody ended it.
    setFakeMode(home, { slow: { "agents add": 100_000 } });
    const { child } = processes.start("run", {
      SUPABASE_URL: world.stack.apiUrl,
      SUPABASE_SERVICE_ROLE_KEY: world.stack.secretKey,
      OPENCLAW_BIN: FAKE_OPENCLAW,
      OPENCLAW_HOME: home,
      STATE_DIR: join(home, "state"),
      SWEEP_SECONDS: "1",
      LEASE_SECONDS: "5",
      REALTIME: "off",
    });
    const { request } = await create(world.database);
    await world.database.query("update public.agent_provision_requests set max_attempts = 1");
    const adding = () => readFakeCalls(home).filter(({ argv }) => argv.includes("add"));
    await eventually(() => expect(adding()).toHaveLength(1));
    child.kill("SIGSTOP");
    setFakeMode(home, {});
    await eventually(async () => {
      const lapsed = "select from private.request_leases where lease_expires_at < now()";
      expect(await world.database.query(lapsed)).toHaveLength(1);
    });
    await world.database.query("update public.executors set last_seen_at = now() - interval '9 hours'");
    await sweep();
    expect(await requestRow(world.database, request.id)).toMatchObject({ status: "running", attempts: 1 });

    child.kill("SIGCONT");
    await becomes(request.id, { status: "done", attempts: 1 });
    expect(readFakeAdds(home)).toHaveLength(1);
    const [first] = adding();
    expect(() => process.kill(first?.pid ?? 0, 0)).toThrow("ESRCH");
  },
);

test(
  "a request that is claimed again before the run under the old lease has heard of it runs once at a time",
  PATIENCE,
  async () => {
    await beat(world.database);
    const events: string[] = [];
    const handler: Handler = async ({ agent_id_short }, { signal }) => {
      const name = events.length === 0 ? "first" : "second";
      events.push(`${name} begins`);
      if (name === "first") {
        await new Promise((resolve) => signal.addEventListener("abort", resolve));
        // As long as OpenClaw takes to end in order.
        await new Promise((resolve) => setTimeout(resolve, 500));
      }
      events.push(`${name} ends`);
      signal.throwIfAborted();
      return {
        result: { agentId: agent_id_short, workspaceDir: "/w", openclawVersion: "2026.9.6", steps: [] },
        runtimeAgents: [],
      };
    };
    const worker = new Worker({
      queue: world.queue(),
      handlerOf: () => handler,
      announce: async () => undefined,
      ...{ concurrency: 3, sweepMs: 60_000, leaseMs: 60_000, log: recordedLog().log },
    });
    const running = worker.run();
    const { request } = await create(world.database);
    worker.nudge("test");
    await eventually(() => expect(events).toEqual(["first begins"]));
    // A machine whose steady clock stands still while it sleeps does not know that its lease is over.
    await world.database.query("update private.request_leases set lease_expires_at = now() - interval '8 hours'");
    await world.database.query("update public.executors set last_seen_at = now() - interval '9 hours'");
    await beat(world.database);
    worker.nudge("woke");
    await becomes(request.id, { status: "done", attempts: 1 });
    expect(events).toEqual(["first begins", "first ends", "second begins", "second ends"]);
    await worker.stop(0);
    await running;
  },
);

test(
  "a workspace that is being prepared when another process takes over is left, and costs no attempt",
  PATIENCE,
  async () => {
    await beat(world.database);
    const { request } = await create(world.database);
    const queue = world.queue();
    const handler: Handler = async (_, context) => {
      await createSteps(context, []).run("workspace", async () => {
        await world.database.query("update public.executors set last_seen_at = now() - interval '61 s'");
        await beat(world.database, MINI, service, { instance: randomUUID() });
        const edges = { queue, agent: { projectId: PROJECT, agentKey: "agent:ricky:main" }, log: context.log };
        const workspace = await openWorkspace(join(home, ".openclaw"), "ricky");
        await seedDocuments(workspace, context.claim, { ...edges, signal: context.signal });
      });
      throw new Error("The request went on");
    };
    const [claim] = await queue.claim(1, randomUUID());
    if (claim === undefined) throw new Error("Nothing was claimed");
    const end = await runRequest(claim, {
      ...{ queue, handlerOf: () => handler, leaseMs: 60_000, claimedAt: performance.now(), log: recordedLog().log },
      turn: { earlier: Promise.resolve(), superseded: new AbortController().signal },
      signal: new AbortController().signal,
    });
    expect(end).toBe("released");
    expect(await requestRow(world.database, request.id)).toMatchObject({ status: "queued", attempts: 0 });
    expect(await world.database.query("select from public.brain_doc_disk")).toEqual([]);
  },
);
