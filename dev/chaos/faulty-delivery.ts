import { deliverAtOnce } from "../stack/realtime/deliver-at-once.ts";
import type { Delivery, DeliveryOptions } from "../stack/realtime/delivery.ts";
import type { Pace } from "../stack/realtime/pace.ts";

/** What happens to the events of one change; `gap` is that nothing counts yet for a while after SUBSCRIBED. */
export type DeliveryFault = "none" | "dropped" | "doubled" | "reordered" | "gap" | "dead";

/** A Realtime whose delivery can be made faulty while it runs. */
export interface FaultyDelivery {
  pace: Pace;
  /** From now on; for all clients of the stack. */
  set(fault: DeliveryFault): void;
  /** Changes that somebody should have been told of and that were dropped, doubled or held back, since the last `set`. */
  injected(): number;
}

/** The longest that hosted Realtime takes. */
const GAP_MS = 3000;
/** An event that no other one overtakes is late by this. */
const HELD_MS = 500;
/** Longer than any run. */
const NEVER_MS = 2 ** 31 - 1;

export function faultyDelivery(): FaultyDelivery {
  let fault: DeliveryFault = "none";
  let injected = 0;

  function startDelivery<Change, Event>({ read, send, onFailure }: DeliveryOptions<Change, Event>): Delivery<Change> {
    let held: { events: Event[]; late: NodeJS.Timeout } | undefined;
    const release = () => {
      if (held === undefined) return;
      clearTimeout(held.late);
      send(held.events);
      held = undefined;
    };
    const misdeliver = (events: Event[]) => {
      if (fault === "none" || fault === "gap" || fault === "dead" || events.length === 0) return send(events);
      injected += 1;
      if (fault === "doubled") for (const _ of [1, 2]) send(events);
      if (fault !== "reordered") return;
      // Of each two the second comes first.
      if (held === undefined) held = { events, late: setTimeout(release, HELD_MS) };
      else {
        send(events);
        release();
      }
    };
    return deliverAtOnce({ read, send: misdeliver, onFailure });
  }

  return {
    pace: {
      startDelivery,
      settleMs: () => {
        if (fault === "gap" || fault === "dead") injected += 1;
        return fault === "gap" ? GAP_MS : fault === "dead" ? NEVER_MS : 0;
      },
      eventsPerSecond: Number.POSITIVE_INFINITY,
    },
    set(next) {
      fault = next;
      injected = 0;
    },
    injected: () => injected,
  };
}
