import { vi } from "vitest";
import { z } from "zod";
import type { DeliveryOptions } from "./delivery.ts";
import type { Pace } from "./pace.ts";
import { patience } from "./test-listener.ts";

const rowChange = z.object({ values: z.map(z.string(), z.string().nullable()) });

/**
 * A pace of which a test can hold a poll, however busy the machine is: what comes meanwhile is found by the next one, all
 * of it. A pace that does not poll takes nothing while it is held.
 */
export function makeHeldPolls(pace: Pace) {
  let held: { begun: PromiseWithResolvers<void>; over: PromiseWithResolvers<void>; taken: unknown[] } | undefined;
  const heldPace: Pace = {
    ...pace,
    startDelivery: <Change, Event>(options: DeliveryOptions<Change, Event>) => {
      const delivery = pace.startDelivery<Change, Event>({
        ...options,
        read: async (change) => {
          held?.begun.resolve();
          await held?.over.promise;
          return options.read(change);
        },
      });
      return {
        ...delivery,
        take: async (change: Change) => {
          await delivery.take(change);
          held?.taken.push(change);
        },
      };
    },
  };

  return {
    pace: heldPace,
    /** Holds the next poll that finds a change, until it is released or disposed of. */
    hold() {
      const [begun, over] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
      const taken: unknown[] = [];
      held = { begun, over, taken };
      const release = () => {
        held = undefined;
        over.resolve();
      };
      return {
        /** Resolves when a poll has found something and waits. */
        begun: begun.promise,
        /** Resolves when the next poll would find a row with this value in this column. */
        waitsFor: (column: string, value: string) =>
          vi.waitFor(() => {
            const values = taken.map((change) => rowChange.parse(change).values.get(column));
            if (!values.includes(value)) throw new Error(`${column} ${value} is not among what waits: ${values}`);
          }, patience),
        release,
        [Symbol.dispose]: release,
      };
    },
  };
}
