import { backoffMs } from "./backoff.ts";
import { type Broken, type ConnectionOptions, listen } from "./live-connection.ts";
import { Nudge } from "./nudge.ts";

export interface LiveUpdatesOptions extends ConnectionOptions {
  /** A connection was given up, and another one is built. */
  onRebuild?: () => void;
  backoff?: { firstMs: number; mostMs: number };
}

export interface LiveUpdates {
  /**
   * Listens until `signal` is aborted, and only ever says "look now". Whatever goes wrong, the connection is torn down and
   * built again, later each time; it never rejects, because the sweep finds what it misses.
   */
  follow(signal: AbortSignal): Promise<void>;
  /** The sweep has found a request of which no event told. */
  foundUnannounced(): void;
  /** This machine has slept: whatever the connection says of itself, it is built anew, and at once. */
  woke(): void;
}

const BACKOFF = { firstMs: 1000, mostMs: 300_000 };
/** One may be found by a sweep in the moment before its event; so many in a row, with no event between them, are not. */
const UNANNOUNCED_LIMIT = 3;

/** A connection that breaks sooner is one of a row that break, each of which costs a drain and a beat. */
const LASTING_MS = 60_000;

/** Realtime as a nudge, under supervision: what counts is that events come, and never what the socket says of itself. */
export function createLiveUpdates(options: LiveUpdatesOptions): LiveUpdates {
  const { log, onRebuild, backoff = BACKOFF } = options;
  const wake = new Nudge();
  let broken = Promise.withResolvers<Broken>();
  let isLive = false;
  let liveSince = 0;
  let unannounced = 0;

  async function connectOnce(signal: AbortSignal): Promise<Broken> {
    broken = Promise.withResolvers();
    isLive = false;
    unannounced = 0;
    const stop = () => broken.resolve({ why: "stopped" });
    signal.addEventListener("abort", stop, { once: true });
    try {
      return await listen(options, {
        broken,
        onLive: () => {
          isLive = true;
          liveSince = performance.now();
        },
        onEvent: () => {
          unannounced = 0;
        },
      });
    } finally {
      signal.removeEventListener("abort", stop);
    }
  }

  return {
    async follow(signal) {
      let failures = 0;
      while (!signal.aborted) {
        const { why, cause } = await connectOnce(signal);
        if (signal.aborted) return;
        // One that was live and brought nothing, or for a moment only, is no better than one that never was.
        const lasted = isLive && performance.now() - liveSince >= LASTING_MS;
        failures = lasted && unannounced < UNANNOUNCED_LIMIT ? 1 : failures + 1;
        const ms = backoffMs(failures, backoff);
        log.warn(
          { why, ...(cause === undefined ? {} : { err: cause }), failures, ms },
          "live updates broke, connecting again",
        );
        onRebuild?.();
        await wake.wait(ms, signal);
      }
    },

    foundUnannounced() {
      // Before that nobody has promised an event.
      if (!isLive) return;
      unannounced += 1;
      log.debug({ unannounced }, "the sweep found a request that no event announced");
      if (unannounced >= UNANNOUNCED_LIMIT) broken.resolve({ why: "no event told of requests that the sweep found" });
    },

    woke() {
      wake.ring("woke");
      broken.resolve({ why: "the clock jumped: this machine has slept" });
    },
  };
}
