import { getEventListeners } from "node:events";
import { join } from "node:path";
import { createClient } from "@supabase/supabase-js";
import { SignJWT } from "jose";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { openState } from "../dev/stack/state.ts";
import { eventually, recordedLog, startExecutorStack } from "../dev/testing/executor-stack.ts";
import { startFlakyProxy } from "../dev/testing/flaky-proxy.ts";
import { beat, create, MINI } from "../supabase/tests/road.ts";
import { createLiveUpdates, type LiveUpdates, type LiveUpdatesOptions } from "./live-updates.ts";

let world: Awaited<ReturnType<typeof startExecutorStack>>;
let proxy: Awaited<ReturnType<typeof startFlakyProxy>>;
let reasons: string[];
let asked: number;
let documents: string[];
let clients: number;
let rebuilds: number;
let ending: AbortController;
let updates: LiveUpdates;
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
  documents = [];
  clients = 0;
  rebuilds = 0;
});
afterEach(async () => {
  await stop();
  proxy.refuseSockets(false);
  await world.clear();
});
afterAll(async () => {
  await proxy.stop();
  await world.stop();
});

function follow(choices: Partial<LiveUpdatesOptions> = {}) {
  const recorded = recordedLog();
  ending = new AbortController();
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
    onDocument: (reason: string) => documents.push(reason),
    onRebuild: () => {
      rebuilds += 1;
    },
    log: recorded.log,
    backoff: { firstMs: 20, mostMs: 100 },
    ...choices,
  };
  updates = createLiveUpdates(options);
  const following = updates.follow(ending.signal);
  const mine = ending;
  stop = async () => {
    mine.abort();
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

test("it passes on that a document changed, and that any may have while it was not live", async () => {
  await create(world.database);
  follow();
  await live();
  expect(documents).toEqual(["live"]);
  await world.database.query("update public.brain_docs set content = 'Edited' where doc_type = 'soul'");
  await eventually(() => expect(documents).toEqual(["live", "changed"]));
  expect(asked).toBe(2);
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

test("after sleep the connection is built anew at once, whatever it says of itself, and in the middle of a pause too", async () => {
  const { events } = follow({ backoff: { firstMs: 60_000, mostMs: 60_000 } });
  await live();
  forget();
  updates.woke();
  await live();
  expect(events()).toContainEqual(expect.objectContaining({ why: expect.stringContaining("clock jumped") }));
  proxy.cutSockets();
  await eventually(() => expect(rebuilds).toBe(2));
  forget();
  updates.woke();
  await live();
  expect(clients).toBe(3);
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

test("three requests in a row that only the sweep found end a connection that says it is fine", async () => {
  const { events } = follow();
  await live();
  updates.foundUnannounced();
  updates.foundUnannounced();
  // An event between them is a sign of life.
  forget();
  await create(world.database);
  await eventually(() => expect(reasons).toEqual(["queued"]));
  updates.foundUnannounced();
  updates.foundUnannounced();
  expect(clients).toBe(1);
  updates.foundUnannounced();
  await eventually(() => expect(clients).toBe(2));
  expect(events()).toContainEqual(expect.objectContaining({ why: expect.stringContaining("no event told") }));
  await eventually(() => expect(reasons).toContain("live"));
});

test("a socket that swallows everything is noticed by the heartbeat that is not answered", async () => {
  const { events } = follow({
    connect: async () => {
      clients += 1;
      return createClient(proxy.url, world.stack.serviceRoleKey, { realtime: { heartbeatIntervalMs: 150 } });
    },
  });
  await live();
  forget();
  proxy.holdSockets();
  await live();
  expect(clients).toBe(2);
  expect(events()).toContainEqual(expect.objectContaining({ why: "CHANNEL_ERROR" }));
});

test("a server that takes the connection and never says that changes flow is left, and so is a sign-in that hangs", async () => {
  const never = new Promise<never>(() => undefined);
  const { events } = follow({
    liveWithinMs: 60,
    connect: () => {
      clients += 1;
      return clients === 1 ? never : Promise.resolve(world.connect(proxy.url));
    },
  });
  // The first is given up while it still waits for its client, which takes as long as a connection has to close.
  await eventually(() => expect(clients).toBeGreaterThan(1));
  expect(events()).toContainEqual(expect.objectContaining({ why: "changes did not begin to flow" }));
});

test("a token that ends closes the channel for good, and the next connection comes with a new one", async () => {
  const { keys } = await openState(join(world.folder, "stack"));
  const token = (seconds: number) =>
    new SignJWT({ role: "service_role" })
      .setProtectedHeader({ alg: "HS256" })
      .setExpirationTime(`${seconds} s`)
      .sign(new TextEncoder().encode(keys.jwtSecret));
  const { events } = follow({
    connect: async () => {
      clients += 1;
      const held = await token(clients === 1 ? 2 : 3600);
      return createClient(proxy.url, world.stack.publishableKey, { accessToken: () => Promise.resolve(held) });
    },
  });
  await live();
  forget();
  await live();
  expect(clients).toBe(2);
  expect(events()).toContainEqual(
    expect.objectContaining({ why: "system error", err: expect.stringContaining("Token has expired") }),
  );
});

test("a hundred rebuilds leave nothing behind: no socket, no timer, no listener", { timeout: 60_000 }, async () => {
  const open = () => process.getActiveResourcesInfo().length;
  const before = open();
  proxy.refuseSockets(true);
  follow({ backoff: { firstMs: 1, mostMs: 1 } });
  // The client's own time-outs for a channel that it left end after 10 s.
  const patience = { timeout: 25_000, interval: 100 };
  await vi.waitFor(() => expect(rebuilds).toBeGreaterThan(100), patience);
  expect(getEventListeners(ending.signal, "abort").length).toBeLessThanOrEqual(2);
  await stop();
  await vi.waitFor(() => expect(open()).toBeLessThan(before + 10), patience);
});
