import { once } from "node:events";
import { createClient, type SupabaseClient } from "@supabase/supabase-js";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { WebSocketServer } from "ws";
import type { Database } from "#database";
import { recordedLog } from "../dev/testing/executor-stack.ts";
import { guardedDecode } from "./guarded-decode.ts";
import { createLiveUpdates } from "./live-updates.ts";

const uncaught: unknown[] = [];
const keep = (error: unknown) => uncaught.push(error);
let listeners: NodeJS.UncaughtExceptionListener[];
let server: WebSocketServer;

beforeEach(async () => {
  listeners = process.listeners("uncaughtException");
  process.removeAllListeners("uncaughtException").on("uncaughtException", keep);
  server = new WebSocketServer({ port: 0, host: "127.0.0.1" });
  await once(server, "listening");
});
afterEach(() => {
  process.removeAllListeners("uncaughtException");
  for (const listener of listeners) process.on("uncaughtException", listener);
  server.close();
});

const GARBAGE = [
  "<html>a captive portal</html>",
  "null",
  "{}",
  "[]",
  Buffer.from([1, 2, 3]),
  Buffer.alloc(0),
  '["1", "1", "realtime:executor", "phx_reply", null]',
  '[null, null, "realtime:executor", "postgres_changes", null]',
  '[null, null, "realtime:executor", "postgres_changes", {"data": null, "ids": [1]}]',
  '[null, null, "realtime:executor", "system", 7]',
];

test("whatever comes on the socket, the process lives and the connection is built anew", async () => {
  const { log, events } = recordedLog();
  let connections = 0;
  server.on("connection", (socket) => {
    const garbage = GARBAGE[connections % GARBAGE.length] ?? "";
    connections += 1;
    socket.on("message", () => socket.send(garbage));
  });
  const address = server.address();
  const url = typeof address === "object" ? `http://127.0.0.1:${address?.port}` : "";
  const ending = new AbortController();
  const following = createLiveUpdates({
    connect: async () => {
      const client: SupabaseClient<Database> = createClient<Database>(url, "key", {
        realtime: { decode: guardedDecode(() => client.realtime, log) },
      });
      return client;
    },
    executorId: "mini",
    onRequest: () => undefined,
    onRuntimeAsked: () => undefined,
    onDocument: () => undefined,
    log,
    liveWithinMs: 1000,
    backoff: { firstMs: 1, mostMs: 1 },
  }).follow(ending.signal);
  await vi.waitFor(() => expect(connections).toBeGreaterThan(GARBAGE.length), { timeout: 12_000 });
  ending.abort();
  await following;
  expect(uncaught).toEqual([]);
  // Not only by the time-out for connections on which nothing comes.
  const ends = events().filter((event) => JSON.stringify(event).includes("CHANNEL_ERROR"));
  expect(ends.length).toBeGreaterThan(GARBAGE.length / 2);
});
