import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { deliverByPolling } from "./deliver-by-polling.ts";
import type { Delivery } from "./delivery.ts";

/** The pauses between polls so far; each ends when a test says so, however busy the machine is. */
const pauses = vi.hoisted((): { ms: number; end(): void }[] => []);
vi.mock("node:timers/promises", () => ({
  setTimeout: (ms: number, _value: undefined, { signal }: { signal: AbortSignal }) =>
    new Promise<void>((resolve, reject) => {
      pauses.push({ ms, end: resolve });
      signal.addEventListener("abort", () => reject(signal.reason));
    }),
}));

const PATIENCE_MS = 30_000;
let delivery: Delivery<string>;
beforeEach(() => {
  pauses.length = 0;
});
afterEach(() => delivery.stop());

/** Delivers changes that somebody asked for, but for those called "unasked"; "broken" cannot be read. */
function start() {
  const polls: string[][] = [];
  const failures: unknown[] = [];
  delivery = deliverByPolling<string, string>({
    async read(change) {
      if (change === "broken") throw new Error("Cannot be read");
      return change === "unasked" ? [] : [change];
    },
    send: (events) => void polls.push(events),
    onFailure: (error) => failures.push(error),
  });
  return { polls, failures };
}

const paused = (times: number) => vi.waitFor(() => expect(pauses).toHaveLength(times), PATIENCE_MS);
const endPause = () => pauses.at(-1)?.end();

test("all changes since the last poll are sent together, in the order in which they came", async () => {
  const { polls } = start();
  await paused(1);
  for (const change of ["first", "unasked", "second", "third"]) await delivery.take(change);
  endPause();
  await paused(2);
  expect(polls).toEqual([[], ["first", "second", "third"]]);
});

test("it polls every 500 ms while idle, after 100 ms when changes went by, and at once when somebody was told", async () => {
  start();
  for (const [index, change] of [undefined, "unasked", undefined, "asked", undefined].entries()) {
    if (change !== undefined) await delivery.take(change);
    endPause();
    await paused(index + 1);
  }
  expect(pauses.map(({ ms }) => ms)).toEqual([500, 100, 500, 0, 500]);
});

test("a change that cannot be read ends it with the reason, and what waited with it is not sent", async () => {
  const { polls, failures } = start();
  await paused(1);
  for (const change of ["first", "broken"]) await delivery.take(change);
  endPause();
  await vi.waitFor(() => expect(failures).toEqual([new Error("Cannot be read")]), PATIENCE_MS);
  expect(polls).toEqual([[]]);
});
