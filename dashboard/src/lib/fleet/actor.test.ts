import { expect, it } from "vitest";
import { actorOf } from "./actor.ts";
import { exampleExecutor } from "./example-rows.ts";

const ME = "0b6d2f62-8f7e-4c8f-9a63-1f2d1b5f4a10";
const at = { userId: ME, executors: [exampleExecutor()] };

it.each([
  [ME, "You"],
  ["3f2a91c0-8f7e-4c8f-9a63-1f2d1b5f4a10", "Member 3f2a91c0"],
  ["anon", "Somebody not signed in"],
  ["service_role", "Somebody with the service key"],
  ["executor:mini", "Mac mini"],
  ["executor:gone", "An executor"],
  ["postgres", "Somebody at the database"],
])("%s is told as %s", (requestedBy, words) => {
  expect(actorOf(requestedBy, at)).toBe(words);
});

it("a row of an older system names nobody", () => {
  expect(actorOf(null, at)).toBeUndefined();
});
