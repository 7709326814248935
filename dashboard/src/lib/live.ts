import type { QueryClient } from "@tanstack/react-query";
import { accessQuery } from "./access.ts";
import { type ChangeQueue, createChangeQueue } from "./change-queue.ts";
import { forgetConnection, onRetryAsked, reportConnection } from "./connection.ts";
import { createDocumentNudges, DOCUMENT_TABLES, DOCUMENTS_KEY } from "./document-nudges.ts";
import { LIVE_TABLE_NAMES, tables } from "./live-tables.ts";
import { readChange } from "./read-change.ts";
import { supabase } from "./supabase.ts";

/** From the first word to the server's until changes flow; a hosted project takes up to 3 s. */
const STREAM_TIMEOUT_MS = 20_000;
const BACKOFF_MAX_MS = 10_000;
/** Above a project's limit Realtime drops changes without a word; so late at most they are found all the same. */
const SWEEP_MS = 20_000;
/** A page unseen for longer may hold a socket that died without a word. */
const TRUSTED_UNSEEN_MS = 60_000;
/** A clock that jumps so far has slept. */
const JUMP_MS = 30_000;
const CLOCK_MS = 5_000;

/**
 * Keeps what the page knows current until the answer is called: one channel for all live tables, a fetch of everything
 * whenever changes may have been missed, and of the live tables now and then. Somebody must be signed in.
 */
export function startLive(queryClient: QueryClient): () => void {
  const queue = createChangeQueue(queryClient, { schedule: nextFrame });
  const documents = createDocumentNudges(queryClient);
  const stopping = new AbortController();
  let round = 0;
  let failures = 0;
  let isStreaming = false;
  let retry: ReturnType<typeof setTimeout> | undefined;
  let deadline: ReturnType<typeof setTimeout> | undefined;

  const refetch = () => void queryClient.invalidateQueries({}, { cancelRefetch: false });

  const sweep = () => {
    // Without a channel the attempts fetch anyhow, and a page that nobody sees does so when it is seen.
    if (!isStreaming || document.hidden) return;
    // Of memberships no event tells.
    const swept = [accessQuery, { queryKey: DOCUMENTS_KEY }, ...LIVE_TABLE_NAMES.map((name) => tables[name])];
    for (const { queryKey } of swept) {
      void queryClient.invalidateQueries({ queryKey }, { cancelRefetch: false });
    }
  };
  const sweeping = setInterval(sweep, SWEEP_MS);

  const connect = async () => {
    round += 1;
    const mine = round;
    const isOld = () => mine !== round || stopping.signal.aborted;
    const lost = () => {
      if (isOld()) return;
      // Later words about this channel are about a channel that is gone.
      round += 1;
      isStreaming = false;
      reportConnection({ isStreaming });
      clearTimeout(deadline);
      clearTimeout(retry);
      retry = setTimeout(reconnect, Math.min(1_000 * 2 ** failures, BACKOFF_MAX_MS) * (0.5 + Math.random() / 2));
      failures += 1;
    };
    clearTimeout(retry);
    clearTimeout(deadline);
    deadline = setTimeout(lost, STREAM_TIMEOUT_MS);
    try {
      await supabase.realtime.removeAllChannels();
      // Before the channel joins, or it joins as nobody, for good.
      await supabase.realtime.setAuth();
    } catch {
      return lost();
    }
    if (isOld()) return;
    subscribe(queue, {
      onDocument: documents.nudge,
      onStreaming: () => {
        if (isOld()) return;
        clearTimeout(deadline);
        failures = 0;
        isStreaming = true;
        reportConnection({ isStreaming });
        void queryClient.invalidateQueries();
      },
      onLost: lost,
    });
  };

  const reconnect = () => {
    // Without a channel the page still moves, at the pace of the attempts.
    refetch();
    void connect();
  };

  const retryNow = () => {
    failures = 0;
    reconnect();
  };
  watchPage(stopping.signal, {
    onSeen: (unseenMs) => (isStreaming && unseenMs < TRUSTED_UNSEEN_MS ? refetch() : retryNow()),
    onNetwork: (hasNetwork) => {
      reportConnection({ hasNetwork });
      if (hasNetwork) retryNow();
    },
    onJump: retryNow,
  });
  onRetryAsked(() => (isStreaming ? refetch() : retryNow()), stopping.signal);
  void connect();

  return () => {
    stopping.abort();
    clearInterval(sweeping);
    clearTimeout(retry);
    clearTimeout(deadline);
    queue.stop();
    documents.stop();
    forgetConnection();
    void supabase.realtime.removeAllChannels();
  };
}

type ChannelEvents = { onDocument: () => void; onStreaming: () => void; onLost: () => void };

function subscribe(queue: ChangeQueue, { onDocument, onStreaming, onLost }: ChannelEvents): void {
  const channel = supabase.channel("dashboard");
  for (const name of LIVE_TABLE_NAMES) {
    channel.on("postgres_changes", { event: "*", schema: "public", table: tables[name].table }, (payload) =>
      queue.add(name, readChange(payload)),
    );
  }
  for (const table of DOCUMENT_TABLES) {
    channel.on("postgres_changes", { event: "*", schema: "public", table }, onDocument);
  }
  channel.on("system", {}, (payload: { extension?: string; status?: string }) => {
    if (payload.extension !== "postgres_changes") return;
    if (payload.status === "ok") onStreaming();
    else onLost();
  });
  // SUBSCRIBED says only that the server heard us; changes flow from the system message on.
  channel.subscribe((status) => {
    if (status !== "SUBSCRIBED") onLost();
  });
}

/** A page that nobody sees has no frames. */
function nextFrame(apply: () => void): void {
  if (document.hidden) setTimeout(apply, 250);
  else requestAnimationFrame(apply);
}

type PageEvents = {
  onSeen: (unseenMs: number) => void;
  onNetwork: (hasNetwork: boolean) => void;
  onJump: () => void;
};

function watchPage(signal: AbortSignal, { onSeen, onNetwork, onJump }: PageEvents): void {
  let hiddenAt = Date.now();
  let clock = Date.now();
  document.addEventListener(
    "visibilitychange",
    () => {
      if (document.hidden) hiddenAt = Date.now();
      else onSeen(Date.now() - hiddenAt);
      clock = Date.now();
    },
    { signal },
  );
  addEventListener("online", () => onNetwork(true), { signal });
  addEventListener("offline", () => onNetwork(false), { signal });
  const ticking = setInterval(() => {
    // The clock of a hidden page is slowed down on purpose.
    const hasJumped = !document.hidden && Date.now() - clock > JUMP_MS + CLOCK_MS;
    clock = Date.now();
    if (hasJumped) onJump();
  }, CLOCK_MS);
  signal.addEventListener("abort", () => clearInterval(ticking));
}
