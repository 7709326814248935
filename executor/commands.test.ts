import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { FAKE_OPENCLAW } from "../dev/fakes/openclaw/sandbox.ts";
import { eventually, recordedLog, startExecutorStack } from "../dev/testing/executor-stack.ts";
import { insertLiveAgents } from "../dev/testing/live-agents.ts";
import { beat, create, MINI, requestRow, service } from "../supabase/tests/road.ts";
import { createClaimHold } from "./claim-hold.ts";
import { once } from "./commands.ts";
import { createCounters } from "./counters.ts";
import { createDocumentSync } from "./document-sync/document-sync.ts";
import { createHeartbeat } from "./heartbeat.ts";
import { createOpenclaw } from "./openclaw.ts";
import { Worker } from "./worker.ts";

let world: Awaited<ReturnType<typeof startExecutorStack>>;

beforeAll(async () => {
  world = await startExecutorStack();
});
afterEach(() => {
  for (const signal of ["SIGTERM", "SIGINT"]) process.removeAllListeners(signal);
});
afterAll(() => world.stop());

test("once is seen for as long as it works, so that no other process takes its id", async () => {
  const { log } = recordedLog();
  const home = await world.newHome();
  const queue = world.queue();
  const openclaw = createOpenclaw({ bin: FAKE_OPENCLAW, home, stepTimeoutMs: 10_000, log });
  const about = { displayName: "Mini", platform: "test", version: "0", contractVersion: 1, counters: {} };
  const heartbeat = createHeartbeat({
    ...{ queue, openclaw, log, everyMs: 50, problem: () => null },
    about: { ...about, workspaceRoot: join(home, ".openclaw") },
  });
  const gate = Promise.withResolvers<void>();
  const places = { stateDir: join(home, ".hatchery"), workspaceRoot: join(home, ".openclaw") };
  const claimHold = createClaimHold({ openclaw, ...places, log, onChange: () => undefined });
  const worker = new Worker({
    ...{ queue, log, concurrency: 1, sweepMs: 60_000, leaseMs: 60_000, announce: heartbeat.announce },
    handlerOf: () => async (request) => {
      await gate.promise;
      const result = { agentId: request.agent_id_short, workspaceDir: "/w", openclawVersion: "1", steps: [] };
      return { result, runtimeAgents: [] };
    },
  });
  const documentSync = createDocumentSync({
    ...{ queue, log, counters: createCounters(), workspaceRoot: join(home, ".openclaw"), sweepMs: 60_000 },
    ...{ watch: "events", watchMain: false, isWorking: heartbeat.isWorking },
  });
  const { request } = await create(world.database);
  await insertLiveAgents(world.database, join(home, ".openclaw"), ["rosa"], { soul: "I am Rosa" });
  const code = once({ heartbeat, openclaw, claimHold, worker, documentSync, log });
  await eventually(async () =>
    expect(await requestRow(world.database, request.id)).toMatchObject({ status: "running" }),
  );
  await world.database.query("update public.executors set last_seen_at = now() - interval '59 s'");
  const seen = "select from public.executors where last_seen_at > now() - interval '30 s'";
  await eventually(async () => expect(await world.database.query(seen)).toHaveLength(1));
  const other = beat(world.database, MINI, service, { instance: randomUUID() });
  await expect(other).rejects.toThrow("Another process works as");
  gate.resolve();
  expect(await code).toBe(0);
  // What was typed for an agent that lives here is on disk as well, before it ends.
  expect(await readFile(join(home, ".openclaw", "workspace-rosa", "SOUL.md"), "utf8")).toBe("I am Rosa");
});
