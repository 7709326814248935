import { expect, test } from "vitest";
import { relativeTime } from "./time.ts";

const now = new Date("2026-11-22T12:00:00Z");
const before = (seconds: number) => relativeTime(new Date(now.getTime() - seconds * 1000), now);

test("what has just been, or by a wrong clock is still to come, is now", () => {
  expect([before(-60), before(0), before(4)]).toEqual(["just now", "just now", "just now"]);
});

test("time is told in the largest whole unit", () => {
  expect([before(5), before(59), before(60), before(3_599), before(3_600), before(86_399)]).toEqual([
    "5 s ago",
    "59 s ago",
    "1 min ago",
    "59 min ago",
    "1 h ago",
    "23 h ago",
  ]);
});

test("after a day it is days, after a week the date", () => {
  expect([before(86_400), before(3 * 86_400), before(10 * 86_400), before(400 * 86_400)]).toEqual([
    "yesterday",
    "3 days ago",
    "12 Nov",
    "18 Oct 2025",
  ]);
});
