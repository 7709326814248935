import type { Delivery, DeliveryOptions } from "./delivery.ts";

/** Delivers each change before the next one is taken. */
export function deliverAtOnce<Change, Event>({ read, send }: DeliveryOptions<Change, Event>): Delivery<Change> {
  let inHand = Promise.resolve();
  return {
    take: (change) => {
      inHand = read(change).then(send);
      return inHand;
    },
    stop: async () => void (await Promise.allSettled([inHand])),
  };
}
