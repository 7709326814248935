import { deliverAtOnce } from "./deliver-at-once.ts";
import { deliverByPolling } from "./deliver-by-polling.ts";
import type { StartDelivery } from "./delivery.ts";

/** How Realtime behaves in time. */
export interface Pace {
  /** How changes get from the log to the clients. */
  startDelivery: StartDelivery;
  /**
   * Milliseconds from SUBSCRIBED until the subscription counts and a `system` message says so; asked for each
   * subscription. What is committed in between never arrives.
   */
  settleMs(): number;
  /** For all clients together; above it changes are dropped without a word, see EventRate. */
  eventsPerSecond: number;
}

/** The wait of `postgres_subscribe` in hosted Realtime's lib/realtime_web/channels/realtime_channel.ex. */
const settling = { leastMs: 1_000, mostMs: 3_000 };
/** "Messages per second" of the free plan, https://supabase.com/docs/guides/realtime/limits. */
const freePlanEventsPerSecond = 100;

/** Faster and more reliable than any hosted Realtime: for tests of something else. */
const immediate: Pace = {
  startDelivery: deliverAtOnce,
  settleMs: () => 0,
  eventsPerSecond: Number.POSITIVE_INFINITY,
};

/** As a hosted project's Realtime. */
export const realistic: Pace = {
  startDelivery: deliverByPolling,
  settleMs: () => settling.leastMs + Math.random() * (settling.mostMs - settling.leastMs),
  eventsPerSecond: freePlanEventsPerSecond,
};

export const paces = { immediate, realistic };
