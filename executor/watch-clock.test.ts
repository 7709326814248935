import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { watchClock } from "./watch-clock.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test("a clock that is suddenly half a minute off is told once, in either direction; a slow machine is not", () => {
  const jumps: number[] = [];
  const clock = watchClock((jumpMs) => jumps.push(jumpMs));
  vi.advanceTimersByTime(600_000);
  vi.setSystemTime(Date.now() + 20_000);
  vi.advanceTimersByTime(10_000);
  expect(jumps).toEqual([]);
  vi.setSystemTime(Date.now() + 8 * 3_600_000);
  vi.advanceTimersByTime(60_000);
  expect(jumps).toEqual([8 * 3_600_000]);
  vi.setSystemTime(Date.now() - 600_000);
  vi.advanceTimersByTime(60_000);
  expect(jumps).toEqual([8 * 3_600_000, -600_000]);
  clock[Symbol.dispose]();
  expect(vi.getTimerCount()).toBe(0);
});
