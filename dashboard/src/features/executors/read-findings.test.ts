import { expect, test } from "vitest";
import { readFindings } from "./read-findings.ts";

const finding = (level: string, message: string) => ({ check: "node", level, message });

test("failures come before warnings, and what is well stands apart", () => {
  const [well, old, gone, slow] = [
    finding("ok", "Well"),
    finding("warn", "Old"),
    finding("fail", "Gone"),
    finding("warn", "Slow"),
  ];
  expect(readFindings([well, old, gone, slow])).toEqual({ bad: [gone, old, slow], well: [well], unreadable: 0 });
});

test("what a newer doctor adds to a finding is no hindrance; a finding of another shape is counted", () => {
  const known = finding("warn", "Old");
  expect(readFindings([{ ...known, since: 3 }, finding("info", "New"), { check: "node" }, null])).toEqual({
    ...{ bad: [known], well: [], unreadable: 3 },
  });
  expect([{}, null, "x"].map((reported) => readFindings(reported).unreadable)).toEqual([1, 1, 1]);
});
