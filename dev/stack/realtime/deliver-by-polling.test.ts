import { afterEach, expect, test, vi } from "vitest";
import { deliverByPolling } from "./deliver-by-polling.ts";
import type { Delivery } from "./delivery.ts";

let delivery: Delivery<string>;
afterEach(() => delivery.stop());

/** Delivers changes that somebody asked for, but for those called "unasked"; "broken" cannot be read. */
function start() {
  const polls: { at: number; events: string[] }[] = [];
  const failures: unknown[] = [];
  delivery = deliverByPolling<string, string>({
    async read(change) {
      if (change === "broken") throw new Error("Cannot be read");
      return change === "unasked" ? [] : [change];
    },
    send: (events) => void polls.push({ at: performance.now(), events }),
    onFailure: (error) => failures.push(error),
  });
  return {
    polls,
    failures,
    polled: (count: number) => vi.waitFor(() => expect(polls.length).toBeGreaterThanOrEqual(count), { timeout: 5_000 }),
    /** Milliseconds between one poll, counted from 0, and the one after it. */
    pauseAfter: (poll: number) => (polls[poll + 1]?.at ?? 0) - (polls[poll]?.at ?? 0),
  };
}

test("all changes since the last poll are sent together, in the order in which they came", async () => {
  const { polls, polled } = start();
  await polled(1);
  for (const change of ["first", "unasked", "second", "third"]) await delivery.take(change);
  await polled(2);
  expect(polls[1]?.events).toEqual(["first", "second", "third"]);
});

test("it polls every 500 ms while idle, after 100 ms when changes went by, and at once when somebody was told", async () => {
  const { polled, pauseAfter } = start();
  await polled(1);
  await delivery.take("unasked");
  await polled(2);
  await polled(3);
  await delivery.take("asked");
  await polled(5);
  // Timers may be late, and at most a millisecond early.
  expect(pauseAfter(0)).toBeGreaterThanOrEqual(499);
  expect(pauseAfter(1)).toBeGreaterThanOrEqual(99);
  expect(pauseAfter(1)).toBeLessThan(499);
  expect(pauseAfter(2)).toBeGreaterThanOrEqual(499);
  expect(pauseAfter(3)).toBeLessThan(99);
});

test("a change that cannot be read ends it with the reason, and what waited with it is not sent", async () => {
  const { polls, failures, polled } = start();
  await polled(1);
  for (const change of ["first", "broken"]) await delivery.take(change);
  await vi.waitFor(() => expect(failures).toEqual([new Error("Cannot be read")]));
  expect(polls.map(({ events }) => events)).toEqual([[]]);
});
