import { expect, it } from "vitest";
import { lineBreakOf, smallestChange } from "./text-change.ts";

it("only what differs is replaced, so that a cursor elsewhere stays", () => {
  expect(smallestChange("one\ntwo\nthree\n", "one\n2\nthree\n", "\n")).toEqual({ from: 4, to: 7, insert: "2" });
  expect(smallestChange("aaa", "aa", "\n")).toEqual({ from: 2, to: 3, insert: "" });
  expect(smallestChange("same", "same", "\n")).toBeUndefined();
});

it("where lines end with two characters, places count them as one", () => {
  expect(smallestChange("a\r\nb\r\nc", "a\r\nb\r\nd\r\n", "\r\n")).toEqual({ from: 4, to: 5, insert: "d\r\n" });
});

it("a text is written with the line ends that it came with", () => {
  expect(["a\r\nb\r\n", "a\nb", "a\r\nb\n", "", "one"].map(lineBreakOf)).toEqual(["\r\n", "\n", "\n", "\n", "\n"]);
});
