import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { eventually, recordedLog, startExecutorStack } from "../dev/testing/executor-stack.ts";
import { startFlakyProxy } from "../dev/testing/flaky-proxy.ts";
import { beat, create, MINI } from "../supabase/tests/road.ts";
import { followLiveUpdates } from "./live-updates.ts";

let world: Awaited<ReturnType<typeof startExecutorStack>>;
let proxy: Awaited<ReturnType<typeof startFlakyProxy>>;
let reasons: string[];
let asked: number;
let clients: number;
let stop = () => Promise.resolve();

beforeAll(async () => {
  world = await startExecutorStack({ realtime: "immediate" });
  proxy = await startFlakyProxy(world.stack.apiUrl);
  await beat(world.database);
  await beat(world.database, "other");
});
beforeEach(() => {
  reasons = [];
  asked = 0;
  clients = 0;
});
afterEach(async () => {
  vi.useRealTimers();
  await stop();
  proxy.refuseSockets(false);
  await world.clear();
});
afterAll(async () => {
  await proxy.stop();
  await world.stop();
});

function follow() {
  const recorded = recordedLog();
  const ending = new AbortController();
  const options = {
    connect: async () => {
      clients += 1;
      return world.connect(proxy.url);
    },
    executorId: MINI,
    onRequest: (reason: string) => reasons.push(reason),
    onRuntimeAsked: () => {
      asked += 1;
    },
    log: recorded.log,
    backoff: { firstMs: 20, mostMs: 100 },
  };
  const following = followLiveUpdates(options, ending.signal);
  stop = async () => {
    ending.abort();
    await following;
  };
  return recorded;
}

const live = () => eventually(() => expect(reasons).toContain("live"));
const forget = () => reasons.splice(0);
const askForRuntime = (executor: string) =>
  world.database.query(
    `insert into public.executor_runtime (executor_id, requested_at) values ($1, clock_timestamp())
     on conflict (executor_id) do update set requested_at = excluded.requested_at`,
    [executor],
  );

test("it says look now when subscribed, when changes flow, and for each queued request", async () => {
  follow();
  await live();
  expect(reasons).toEqual(["subscribed", "live"]);
  forget();
  await create(world.database);
  await eventually(() => expect(reasons).toEqual(["queued"]));
});

test("it passes on the question what OpenClaw holds, when this executor is asked", async () => {
  follow();
  await live();
  asked = 0;
  await askForRuntime("other");
  await askForRuntime(MINI);
  await eventually(() => expect(asked).toBe(1));
  expect(clients).toBe(1);
});

test("a cut connection is built again with a new client, and then it looks at what it missed", async () => {
  follow();
  await live();
  forget();
  proxy.refuseSockets(true);
  proxy.cutSockets();
  await eventually(() => expect(clients).toBeGreaterThan(3));
  await create(world.database);
  proxy.refuseSockets(false);
  await live();
  expect(reasons).toContain("subscribed");
  forget();
  await create(world.database, { id: "rosa" });
  await eventually(() => expect(reasons).toEqual(["queued"]));
});

test("a clock that jumped means sleep: it looks at once and builds the connection anew", async () => {
  vi.useFakeTimers({ toFake: ["Date"] });
  const { events } = follow();
  await live();
  forget();
  vi.setSystemTime(Date.now() + 120_000);
  await eventually(() => expect(reasons).toContain("woke"));
  await live();
  expect(clients).toBe(2);
  expect(events()).toContainEqual(expect.objectContaining({ why: expect.stringContaining("clock jumped"), ms: 0 }));
});

test("a change feed that the server refuses is tried again, and the reason is in the log", async () => {
  await world.database.query("alter publication supabase_realtime drop table public.executor_runtime");
  try {
    const { events } = follow();
    await eventually(() => expect(clients).toBeGreaterThan(1));
    expect(events()).toContainEqual(expect.objectContaining({ why: "system error" }));
  } finally {
    await world.database.query("alter publication supabase_realtime add table public.executor_runtime");
  }
  await live();
});

test("stopping ends it, whatever it waits for, and nothing is said afterwards", async () => {
  follow();
  await live();
  await stop();
  forget();
  await create(world.database);
  expect(reasons).toEqual([]);
  proxy.refuseSockets(true);
  follow();
  await eventually(() => expect(clients).toBe(2));
  await stop();
});
