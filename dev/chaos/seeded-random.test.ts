import { expect, test } from "vitest";
import { seededRandom } from "./seeded-random.ts";

const thousand = (seed: number) => {
  const random = seededRandom(seed);
  return Array.from({ length: 1000 }, () => random.whole(1, 10));
};

test("the same seed gives the same numbers, and another one others", () => {
  expect(thousand(7)).toEqual(thousand(7));
  expect(thousand(7)).not.toEqual(thousand(8));
});

test("every number of the range comes, about as often as the others, and none outside it", () => {
  const counts = Map.groupBy(thousand(7), (number) => number);
  expect([...counts.keys()].sort((one, other) => one - other)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  for (const { length } of counts.values()) expect(length).toBeGreaterThan(50);
});
