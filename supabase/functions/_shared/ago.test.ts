import { expect, test } from "vitest";
import { ago, pointInTime } from "./ago.ts";

// Without a zone, so it is the one of whoever runs this.
const NOW = new Date("2026-11-22T17:00:00");
const before = (seconds: number) => new Date(NOW.getTime() - seconds * 1000);

test.each([
  [-30, "just now"],
  [0, "just now"],
  [59, "just now"],
  [60, "1 min ago"],
  [59 * 60 + 59, "59 min ago"],
  [3600, "1 h ago"],
  [3 * 3600 + 1800, "3 h ago"],
  [86_399, "23 h ago"],
  [86_400, "1 d ago"],
  [40 * 86_400, "40 d ago"],
])("%i s before is %j", (seconds, words) => {
  expect(ago(before(seconds), NOW)).toBe(words);
});

test.each([
  ["2026-11-22T09:05:00", "09:05"],
  ["2026-11-22T00:00:00", "00:00"],
  ["2026-11-21T23:59:00", "21 Nov"],
  ["2025-11-22T17:00:00", "22 Nov 2025"],
])("since %s reads %j", (time, words) => {
  expect(pointInTime(new Date(time), NOW)).toBe(words);
});
