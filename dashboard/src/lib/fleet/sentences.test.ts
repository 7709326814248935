import { expect, test } from "vitest";
import { sentences } from "./sentences.ts";

test("every part gets one period, and empty ones leave no trace", () => {
  expect(sentences("It is taken", undefined, "Choose another.", "", "Waiting…")).toBe(
    "It is taken. Choose another. Waiting…",
  );
  expect(sentences(undefined)).toBe("");
});
