import { expect, test } from "vitest";
import { exampleRequest } from "../../lib/fleet/example-rows.ts";
import { triesOf } from "./try-words.ts";

const [first, second, third] = [
  exampleRequest({ id: "a" }),
  exampleRequest({ id: "b", retry_of: "a" }),
  exampleRequest({ id: "c", retry_of: "b" }),
];
const ALL = [third, first, second];

test("each try knows which one it is, and its neighbours", () => {
  expect(triesOf(first, ALL)).toEqual({ words: "First try", before: undefined, after: second });
  expect(triesOf(second, ALL)).toEqual({ words: "Second try", before: first, after: third });
  expect(triesOf(third, ALL)).toEqual({ words: "Third try", before: second, after: undefined });
});

test("how many there were before those that are kept, nobody knows", () => {
  expect(triesOf(third, [third])).toEqual({ words: "A later try", before: undefined, after: undefined });
  expect(triesOf(third, [third, second])).toMatchObject({ words: "A later try", before: second });
});
