import { expect, test } from "vitest";
import { lineRange } from "./line-range.ts";

test.each([
  [1, "Ricky"],
  [2, ""],
  [3, "Ada"],
  [9, "Ada"],
])("line %i is %j", (line, expected) => {
  const text = "Ricky\n\nAda";
  expect(text.slice(...lineRange(text, line))).toBe(expected);
});
