import { expect, test } from "vitest";
import { formatDuration, formatTicking } from "./durations.ts";

test.each([
  [-200, "0.0 s"],
  [412, "0.4 s"],
  [9_940, "9.9 s"],
  [9_960, "10 s"],
  [59_400, "59 s"],
  [185_000, "3 min 05 s"],
  [7_800_000, "2 h 10 min"],
])("%i ms reads %j", (ms, words) => {
  expect(formatDuration(ms)).toBe(words);
});

test.each([
  [-1, "0 s"],
  [2_999, "2 s"],
  [12_300, "12 s"],
])("a number that goes up shows %i ms as %j", (ms, words) => {
  expect(formatTicking(ms)).toBe(words);
});
