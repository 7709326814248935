import { randomUUID } from "node:crypto";
import { utimes } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { readFakeCalls, setFakeMode } from "../dev/fakes/openclaw/mode.ts";
import { FAKE_OPENCLAW } from "../dev/fakes/openclaw/sandbox.ts";
import { eventually, recordedLog, startExecutorStack } from "../dev/testing/executor-stack.ts";
import { firstCalls, startFlakyProxy } from "../dev/testing/flaky-proxy.ts";
import { beat, MINI, service } from "../supabase/tests/road.ts";
import { createCounters } from "./counters.ts";
import { createHeartbeat, type Heartbeat } from "./heartbeat.ts";
import { createOpenclaw } from "./openclaw.ts";
import type { Problem } from "./request-queue.ts";

let world: Awaited<ReturnType<typeof startExecutorStack>>;
let proxy: Awaited<ReturnType<typeof startFlakyProxy>>;
let home: string;
const counters = createCounters();
let problem: Problem | null = null;
let stop = () => Promise.resolve();

beforeAll(async () => {
  world = await startExecutorStack();
  proxy = await startFlakyProxy(world.stack.apiUrl);
});
beforeEach(async () => {
  home = await world.newHome();
});
afterEach(async () => {
  await stop();
  proxy.setFaults(() => "pass");
  await world.database.query("truncate public.executors cascade");
});
afterAll(async () => {
  await proxy.stop();
  await world.stop();
});

function start({ bin = FAKE_OPENCLAW, everyMs = 60_000 } = {}): Heartbeat {
  const { log } = recordedLog();
  const heartbeat = createHeartbeat({
    queue: world.queue({ url: proxy.url }),
    openclaw: createOpenclaw({ bin, home, stepTimeoutMs: 10_000, log }),
    about: {
      displayName: "Mini",
      platform: "darwin arm64",
      version: "0.1.0",
      contractVersion: 1,
      workspaceRoot: join(home, ".openclaw"),
      counters,
    },
    problem: () => problem,
    log,
    everyMs,
  });
  const ending = new AbortController();
  const running = heartbeat.run(ending.signal);
  stop = async () => {
    ending.abort();
    await running;
  };
  return heartbeat;
}

const executor = async () =>
  (
    await world.database.query(
      `select e.display_name, e.openclaw_version, e.contract_version, e.last_seen_at, r.published_at,
         jsonb_path_query_array(r.agents, '$[*].id') as agents
       from public.executors as e left join public.executor_runtime as r on r.executor_id = e.id`,
    )
  )[0];
const ask = () => world.database.query("update public.executor_runtime set requested_at = clock_timestamp()");
const config = () => join(home, ".openclaw", "openclaw.json");
const lists = () => readFakeCalls(home).filter(({ argv }) => argv[1] === "list").length;

test("a new executor is known at once, and what OpenClaw holds soon after", async () => {
  start();
  await eventually(async () =>
    expect(await executor()).toMatchObject({
      display_name: "Mini",
      contract_version: 1,
      openclaw_version: "2026.9.6",
      agents: ["main"],
    }),
  );
});

test("beats go on while the list is published once, and again when somebody asks", async () => {
  start({ everyMs: 50 });
  await eventually(async () => expect(await executor()).toMatchObject({ agents: ["main"] }));
  const first = await executor();
  await eventually(async () => expect((await executor())?.["last_seen_at"]).not.toEqual(first?.["last_seen_at"]));
  expect(lists()).toBe(1);
  await ask();
  await eventually(async () => expect((await executor())?.["published_at"]).not.toEqual(first?.["published_at"]));
  expect(lists()).toBe(2);
});

test("an agent that somebody adds by hand is published without being asked for, and nothing is listed in vain", async () => {
  start({ everyMs: 50 });
  await eventually(async () => expect(await executor()).toMatchObject({ agents: ["main"] }));
  await execa(
    FAKE_OPENCLAW,
    ["agents", "add", "by-hand", `--workspace=${join(home, "by-hand")}`, "--non-interactive", "--json"],
    {
      env: { OPENCLAW_HOME: home },
    },
  );
  await eventually(async () => expect(await executor()).toMatchObject({ agents: ["main", "by-hand"] }));
  const published = (await executor())?.["published_at"];
  const seen = lists();
  // The config says the same as before, at another time.
  await utimes(config(), new Date(), new Date());
  await eventually(() => expect(lists()).toBe(seen + 1));
  const beats = () => proxy.calls.filter((path) => path.endsWith("record_heartbeat")).length;
  const before = beats();
  await eventually(() => expect(beats()).toBeGreaterThan(before + 4));
  expect(lists()).toBe(seen + 1);
  expect((await executor())?.["published_at"]).toEqual(published);
});

test("a question is answered at once when the executor is nudged about it", async () => {
  const heartbeat = start();
  await eventually(async () =>
    expect(await executor()).toMatchObject({ openclaw_version: "2026.9.6", agents: ["main"] }),
  );
  const first = await executor();
  await ask();
  heartbeat.nudge();
  await eventually(async () => expect((await executor())?.["published_at"]).not.toEqual(first?.["published_at"]));
});

test("an executor without OpenClaw is alive, and publishes the list once it can", async () => {
  setFakeMode(home, { crashing: { "agents list": "broken config" } });
  start({ everyMs: 50 });
  await eventually(() => expect(lists()).toBeGreaterThan(1));
  expect(await executor()).toMatchObject({ display_name: "Mini", agents: null });
  setFakeMode(home, {});
  await eventually(async () => expect(await executor()).toMatchObject({ agents: ["main"] }));
});

test("an OpenClaw that hangs does not make the machine look dead", async () => {
  setFakeMode(home, { hanging: { "agents list": { ignoresSigterm: false } } });
  start({ everyMs: 50 });
  await eventually(() => expect(lists()).toBe(2));
  const seen = (await executor())?.["last_seen_at"];
  await eventually(async () => expect((await executor())?.["last_seen_at"]).not.toEqual(seen));
  expect(await executor()).toMatchObject({ agents: null });
});

test("a database that is away is told later", async () => {
  proxy.setFaults(() => "cut");
  start({ everyMs: 50 });
  await eventually(() => expect(proxy.calls.length).toBeGreaterThan(2));
  expect(await executor()).toBeUndefined();
  proxy.setFaults(() => "pass");
  await eventually(async () => expect(await executor()).toMatchObject({ agents: ["main"] }));
});

test("the counters go with each beat", async () => {
  start({ everyMs: 50 });
  counters.claimed = 3;
  await eventually(async () =>
    expect(await world.database.query("select counters from public.executors")).toEqual([
      { counters: { ...counters, claimed: 3, oldestQueuedSeconds: 0 } },
    ]),
  );
});

test("beside another process of its id it changes nothing and asks OpenClaw nothing, until that one is silent", async () => {
  await beat(world.database, MINI, service, { instance: randomUUID() });
  const heartbeat = start({ everyMs: 50 });
  await expect(heartbeat.announce()).rejects.toMatchObject({ code: "executor_held" });
  const beats = () => proxy.calls.filter((path) => path.endsWith("record_heartbeat")).length;
  const published = lists();
  const before = beats();
  await eventually(() => expect(beats()).toBeGreaterThan(before + 4));
  expect(await executor()).toMatchObject({ display_name: MINI, agents: null });
  // The first list may have been asked for before the first beat had its answer.
  expect(lists() - published).toBeLessThanOrEqual(1);
  await world.database.query("update public.executors set last_seen_at = now() - interval '61 s'");
  await eventually(async () => expect(await executor()).toMatchObject({ display_name: "Mini", agents: ["main"] }));
});

test("a beat without an answer is tried again long before the next is due", async () => {
  proxy.setFaults(firstCalls("/record_heartbeat", 2, "cut"));
  start({ everyMs: 45_000 });
  await eventually(async () => expect(await executor()).toMatchObject({ display_name: "Mini" }));
});

test("a problem is told at once when it begins and when it ends, without names of home folders", async () => {
  const heartbeat = start();
  const told = async () => (await world.database.query("select problem from public.executors"))[0];
  await eventually(async () => expect(await told()).toEqual({ problem: null }));
  const words = { code: "openclaw_missing" as const, message: "Nothing is there", since: "2026-11-22T12:00:00.000Z" };
  problem = { ...words, hint: `Look in ${homedir()}/bin` };
  heartbeat.nudge();
  await eventually(async () => expect(await told()).toEqual({ problem: { ...words, hint: "Look in ~/bin" } }));
  problem = null;
  heartbeat.nudge();
  await eventually(async () => expect(await told()).toEqual({ problem: null }));
});
