import { expect, test } from "vitest";
import { momentsOf, seededRandom } from "./seeded-random.ts";

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

test("a moment of a row has the same numbers whatever was drawn for others, and other ones in another row or run", () => {
  const draw = (seed: number, row: string, moment: string) => momentsOf(seed, row)(moment).whole(0, 1_000_000);
  const moments = momentsOf(7, "kill -9");
  const [second, first] = [moments("kill 2").whole(0, 1_000_000), moments("kill 1").whole(0, 1_000_000)];
  expect([first, second]).toEqual([draw(7, "kill -9", "kill 1"), draw(7, "kill -9", "kill 2")]);
  const others = [draw(8, "kill -9", "kill 1"), draw(7, "SIGTERM", "kill 1"), second];
  expect(new Set([first, ...others]).size).toBe(4);
});
