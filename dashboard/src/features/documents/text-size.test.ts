import { expect, it } from "vitest";
import { sizeOf } from "./text-size.ts";

it("a text is measured by what OpenClaw reads of it", () => {
  expect(sizeOf("soul", "a".repeat(3214))).toEqual({
    words: "3,214 of 20,000 characters",
    tone: "quiet",
    problem: undefined,
  });
  expect(sizeOf("user", "a".repeat(4001))).toMatchObject({ words: "4,001 of 4,000 characters", tone: "warning" });
});

it("a daily note is read on demand, and has no such measure", () => {
  expect(sizeOf("memory_today", "a".repeat(30_000))).toMatchObject({ words: "30,000 characters", tone: "quiet" });
});

it("what the database would not take is said before it is sent", () => {
  expect(sizeOf("soul", "a\0b").problem).toBe("A document must not contain a NUL character");
  expect(sizeOf("soul", "é".repeat(600_000)).problem).toBe("A document holds at most 1 MiB of text");
  expect(sizeOf("soul", "\ud800")).toMatchObject({ tone: "danger" });
});
