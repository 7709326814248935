import type { RealtimeChannel, SupabaseClient } from "@supabase/supabase-js";
import { z } from "zod";
import type { Database } from "#database";
import type { Log } from "./log.ts";
import { pause } from "./nudge.ts";

export interface ConnectionOptions {
  /**
   * A client for this connection alone: it is torn down with it. Realtime asks it for its token with every heartbeat (25 s),
   * so that one that is renewed in time never ends under the channel.
   */
  connect: () => Promise<SupabaseClient<Database>>;
  executorId: string;
  /** There may be something to claim. */
  onRequest: (reason: string) => void;
  /** Somebody may have asked what OpenClaw holds. */
  onRuntimeAsked: () => void;
  /** A document of an agent that lives here may be ahead of its file; `live`: any of them, since when nobody knows. */
  onDocument: (reason: "changed" | "live") => void;
  log: Log;
  /** How long it may take from the start until changes flow. */
  liveWithinMs?: number;
}

export interface Broken {
  why: string;
  cause?: unknown;
}

interface Supervision {
  /** Resolved by whoever first finds that this connection is of no use any more. */
  broken: PromiseWithResolvers<Broken>;
  /** Changes flow from now on. */
  onLive: () => void;
  /** A change has come. */
  onEvent: () => void;
}

const LIVE_WITHIN_MS = 60_000;
const TEARDOWN_MS = 2000;

const systemMessage = z.object({ extension: z.string().optional(), status: z.string(), message: z.unknown() });

/** One Realtime connection, from its first message until it is broken. Never throws. @returns why it broke */
export async function listen(options: ConnectionOptions, { broken, onLive, onEvent }: Supervision): Promise<Broken> {
  const { connect, executorId, onRequest, onRuntimeAsked, onDocument, log, liveWithinMs = LIVE_WITHIN_MS } = options;
  let isOver = false;
  let connecting: Promise<SupabaseClient<Database>> | undefined;
  // Also for a server that says SUBSCRIBED and then nothing, and for a sign-in that hangs.
  const late = setTimeout(() => broken.resolve({ why: "changes did not begin to flow" }), liveWithinMs);

  /** For what was missed meanwhile, which may be either. */
  const nudge = (reason: string) => {
    if (isOver) return;
    onRequest(reason);
    onRuntimeAsked();
  };

  async function join(): Promise<void> {
    connecting = connect();
    const client = await connecting;
    // Without it the first join may carry no token, and the channel stays anonymous for good.
    await client.realtime.setAuth();
    if (isOver) return;
    const filter = `executor_id=eq.${executorId}`;
    const channel = client
      .channel("executor")
      .on(
        "postgres_changes",
        { event: "*", schema: "public", table: "agent_provision_requests", filter: "status=eq.queued" },
        () => {
          if (isOver) return;
          onEvent();
          onRequest("queued");
        },
      )
      .on("postgres_changes", { event: "*", schema: "public", table: "executor_runtime", filter }, () => {
        if (!isOver) onRuntimeAsked();
      })
      // Without a filter: whose documents it may see, and so hear of, the database decides.
      .on("postgres_changes", { event: "*", schema: "public", table: "brain_docs" }, () => {
        if (!isOver) onDocument("changed");
      });
    onSystem(channel, (status, message) => {
      if (status === "ok") {
        clearTimeout(late);
        log.debug("live updates are live");
        onLive();
        nudge("live");
        if (!isOver) onDocument("live");
      } else broken.resolve({ why: `system ${status}`, cause: message });
    });
    channel.subscribe((status, error) => {
      if (status === "SUBSCRIBED") nudge("subscribed");
      else broken.resolve({ why: status, cause: error });
    });
  }

  join().catch((cause) => broken.resolve({ why: "could not connect", cause }));
  const end = await broken.promise;
  isOver = true;
  clearTimeout(late);
  await tearDown(connecting, log);
  return end;
}

/** The server says `ok` when changes really begin to flow, up to 3 s after SUBSCRIBED. */
function onSystem(channel: RealtimeChannel, tell: (status: string, message: unknown) => void): void {
  channel.on("system", {}, (payload: unknown) => {
    const parsed = systemMessage.safeParse(payload);
    if (!parsed.success) return;
    const { extension = "postgres_changes", status, message } = parsed.data;
    // Of the channel as a whole only what ends it is said, such as a token that is over.
    if (extension === "postgres_changes" || status !== "ok") tell(status, message);
  });
}

/** A half-open socket answers nothing, and a sign-in may hang: neither holds up the connection that comes after. */
async function tearDown(connecting: Promise<SupabaseClient<Database>> | undefined, log: Log): Promise<void> {
  const over = new AbortController();
  const close = async () => {
    const client = await connecting;
    if (client === undefined) return;
    await Promise.race([client.removeAllChannels(), pause(TEARDOWN_MS, over.signal)]);
    await client.realtime.disconnect();
  };
  const closing = close().catch((error) => log.debug({ err: error }, "old connection not closed in order"));
  await Promise.race([closing, pause(2 * TEARDOWN_MS, over.signal)]);
  over.abort();
}
