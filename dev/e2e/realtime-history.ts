import type { Page } from "playwright-core";
import { z } from "zod";
import { decodeFrame } from "../stack/realtime/protocol.ts";

const joinReply = z.object({
  status: z.literal("ok"),
  response: z.object({ postgres_changes: z.array(z.unknown()).nonempty() }),
});
const streaming = z.object({ extension: z.literal("postgres_changes"), status: z.literal("ok") });
const change = z.object({
  data: z.object({
    table: z.string(),
    commit_timestamp: z.iso.datetime().transform((text) => Date.parse(text)),
    record: z.record(z.string(), z.unknown()).default({}),
  }),
});

/** What Realtime has sent to a page. Times are when the page had it, in milliseconds since 1970, oldest first. */
export type RealtimeHistory = {
  /** The answers to joins, which is when supabase-js says SUBSCRIBED. */
  joinedAt: number[];
  /** The messages that say that changes flow. */
  streamingAt: number[];
  changes: (z.infer<typeof change>["data"] & { arrivedAt: number })[];
};

/** Notes what Realtime sends from now on; for a page that is not open yet. */
export function noteRealtime(page: Page): RealtimeHistory {
  const history: RealtimeHistory = { joinedAt: [], streamingAt: [], changes: [] };
  page.on("websocket", (socket) => {
    // A page that Vite serves has a socket of Vite's as well.
    if (!new URL(socket.url()).pathname.startsWith("/realtime/")) return;
    socket.on("framereceived", ({ payload: text }) => {
      const { event, payload } = decodeFrame(String(text), "2.0.0");
      if (event === "phx_reply" && joinReply.safeParse(payload).success) history.joinedAt.push(Date.now());
      if (event === "system" && streaming.safeParse(payload).success) history.streamingAt.push(Date.now());
      if (event === "postgres_changes") history.changes.push({ ...change.parse(payload).data, arrivedAt: Date.now() });
    });
  });
  return history;
}
