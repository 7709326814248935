import { expect, test } from "vitest";
import { nextCard } from "./grid-keys.ts";

// 0 1 2
// 3 4 5
// 6 7
const from = (index: number) => ({ index, count: 8, columns: 3 });

test.each([
  ["ArrowRight", 2, 3],
  ["ArrowLeft", 3, 2],
  ["ArrowDown", 1, 4],
  ["ArrowUp", 4, 1],
  ["ArrowDown", 5, 7],
  ["Home", 5, 0],
  ["End", 1, 7],
])("%s leads from card %i to card %i", (key, index, expected) => {
  expect(nextCard(key, from(index))).toBe(expected);
});

test.each([
  ["ArrowLeft", 0],
  ["ArrowUp", 2],
  ["ArrowDown", 6],
  ["ArrowRight", 7],
  ["Home", 0],
  ["x", 4],
])("%s stays on card %i", (key, index) => {
  expect(nextCard(key, from(index))).toBeUndefined();
});
