import { setTimeout as sleep } from "node:timers/promises";
import type { Delivery, DeliveryOptions } from "./delivery.ts";

/** Of hosted Realtime's lib/extensions/postgres_cdc_rls/replication_poller.ex, with its default poll_interval_ms. */
const pollMs = 100;
const idlePollMs = 5 * pollMs;

/** Looks for changes now and then, and delivers all that it finds together. */
export function deliverByPolling<Change, Event>(options: DeliveryOptions<Change, Event>): Delivery<Change> {
  const { read, send, onFailure } = options;
  const stopping = new AbortController();
  const { signal } = stopping;
  let waiting: Change[] = [];

  /** Answers how long to wait before the next poll, in milliseconds. */
  async function poll(): Promise<number> {
    const changes = waiting;
    waiting = [];
    const events: Event[] = [];
    for (const change of changes) {
      signal.throwIfAborted();
      events.push(...(await read(change)));
    }
    send(events);
    if (events.length > 0) return 0;
    return changes.length > 0 ? pollMs : idlePollMs;
  }

  async function run(): Promise<void> {
    let pauseMs = 0;
    while (!signal.aborted) {
      pauseMs = await poll();
      await sleep(pauseMs, undefined, { signal });
    }
  }

  const running = run().catch((error: unknown) => {
    if (!signal.aborted) onFailure(error);
  });
  return {
    take: async (change) => void waiting.push(change),
    stop: async () => {
      stopping.abort();
      await running;
    },
  };
}
