import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { EventRate } from "./event-rate.ts";

beforeEach(() => void vi.useFakeTimers({ toFake: ["performance"] }));
afterEach(() => void vi.useRealTimers());

const seconds = (count: number) => vi.advanceTimersByTime(count * 1_000);

test("a burst passes until the average is taken, and is too much until it has sunk", () => {
  const rate = new EventRate(10);
  rate.add(199);
  expect(rate.isTooHigh).toBe(false);
  // 199 in 5 s after none: 19.9 a second.
  seconds(5);
  expect(rate.isTooHigh).toBe(true);
  seconds(5);
  expect(rate.isTooHigh).toBe(true);
  // By now 199 in 20 s.
  seconds(5);
  expect(rate.isTooHigh).toBe(false);
});

test("a burst is forgotten after a minute", () => {
  const rate = new EventRate(10);
  rate.add(100_000);
  seconds(60);
  expect(rate.isTooHigh).toBe(true);
  seconds(5);
  expect(rate.isTooHigh).toBe(false);
});

test("a project that keeps below its limit is never too much", () => {
  const rate = new EventRate(10);
  for (let second = 0; second < 120; second += 1) {
    rate.add(9);
    seconds(1);
    expect(rate.isTooHigh).toBe(false);
  }
});
