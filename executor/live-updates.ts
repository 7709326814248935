import type { RealtimeChannel, SupabaseClient } from "@supabase/supabase-js";
import { z } from "zod";
import type { Database } from "#database";
import { backoffMs } from "./backoff.ts";
import type { Log } from "./log.ts";
import { pause } from "./nudge.ts";

interface LiveUpdatesOptions {
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
  log: Log;
  backoff?: { firstMs: number; mostMs: number };
}

const BACKOFF = { firstMs: 1000, mostMs: 300_000 };
const CLOCK_TICK_MS = 5000;
const CLOCK_JUMP_MS = 30_000;
const TEARDOWN_MS = 2000;

const systemMessage = z.object({ extension: z.string().optional(), status: z.string(), message: z.unknown() });

interface Broken {
  why: string;
  cause?: unknown;
}

/**
 * Listens on one Realtime channel until `signal` is aborted, and only ever says "look now". Whatever goes wrong, the
 * connection is torn down and built again, later each time; it never rejects, because the sweep finds what it misses.
 */
export async function followLiveUpdates(options: LiveUpdatesOptions, signal: AbortSignal): Promise<void> {
  const { log, backoff = BACKOFF } = options;
  let failures = 0;
  while (!signal.aborted) {
    const connection = await listen(options, signal);
    if (signal.aborted) return;
    failures = connection.wasLive ? 1 : failures + 1;
    const ms = connection.slept ? 0 : backoffMs(failures, backoff);
    const { why, cause } = connection.broken;
    log.warn(
      { why, ...(cause === undefined ? {} : { err: cause }), failures, ms },
      "live updates broke, connecting again",
    );
    await pause(ms, signal);
  }
}

/** One connection, from its first message to its end. */
async function listen(options: LiveUpdatesOptions, signal: AbortSignal) {
  const { connect, executorId, onRequest, onRuntimeAsked, log } = options;
  const broken = Promise.withResolvers<Broken>();
  let isOver = false;
  let wasLive = false;
  let client: SupabaseClient<Database> | undefined;

  /** For what was missed meanwhile, which may be either. */
  const nudge = (reason: string) => {
    if (isOver) return;
    onRequest(reason);
    onRuntimeAsked();
  };
  const clock = watchClock(() => {
    nudge("woke");
    broken.resolve({ why: "the clock jumped: this machine has slept" });
  });
  const abort = () => broken.resolve({ why: "stopped" });
  signal.addEventListener("abort", abort, { once: true });
  try {
    client = await connect();
    // Without it the first join may carry no token, and the channel stays anonymous for good.
    await client.realtime.setAuth();
    const filter = `executor_id=eq.${executorId}`;
    const channel = client
      .channel("executor")
      .on(
        "postgres_changes",
        { event: "*", schema: "public", table: "agent_provision_requests", filter: "status=eq.queued" },
        () => {
          if (!isOver) onRequest("queued");
        },
      )
      .on("postgres_changes", { event: "*", schema: "public", table: "executor_runtime", filter }, () => {
        if (!isOver) onRuntimeAsked();
      });
    onSystem(channel, (status, message) => {
      if (status === "ok") {
        wasLive = true;
        log.debug("live updates are live");
        nudge("live");
      } else broken.resolve({ why: `system ${status}`, cause: message });
    });
    channel.subscribe((status, error) => {
      if (status === "SUBSCRIBED") nudge("subscribed");
      else broken.resolve({ why: status, cause: error });
    });
    return { broken: await broken.promise, wasLive, slept: clock.hasJumped() };
  } catch (cause) {
    return { broken: { why: "could not connect", cause }, wasLive, slept: false };
  } finally {
    isOver = true;
    clock.stop();
    signal.removeEventListener("abort", abort);
    if (client !== undefined) await tearDown(client, log);
  }
}

/** The server says `ok` when changes really begin to flow, up to 3 s after SUBSCRIBED. */
function onSystem(channel: RealtimeChannel, tell: (status: string, message: unknown) => void): void {
  channel.on("system", {}, (payload: unknown) => {
    const parsed = systemMessage.safeParse(payload);
    if (parsed.success && (parsed.data.extension ?? "postgres_changes") === "postgres_changes") {
      tell(parsed.data.status, parsed.data.message);
    }
  });
}

/** A wall clock that is suddenly far ahead means sleep, and a socket that only looks alive. */
function watchClock(onJump: () => void) {
  let last = Date.now();
  let jumped = false;
  const timer = setInterval(() => {
    const now = Date.now();
    if (Math.abs(now - last - CLOCK_TICK_MS) > CLOCK_JUMP_MS) {
      jumped = true;
      onJump();
    }
    last = now;
  }, CLOCK_TICK_MS);
  return { hasJumped: () => jumped, stop: () => clearInterval(timer) };
}

async function tearDown(client: SupabaseClient<Database>, log: Log): Promise<void> {
  const over = new AbortController();
  try {
    // A half-open socket answers nothing; its channels are then left without their goodbye.
    await Promise.race([client.removeAllChannels(), pause(TEARDOWN_MS, over.signal)]);
    await Promise.race([client.realtime.disconnect(), pause(TEARDOWN_MS, over.signal)]);
  } catch (error) {
    log.warn({ err: error }, "old connection not closed in order");
  } finally {
    over.abort();
  }
}
