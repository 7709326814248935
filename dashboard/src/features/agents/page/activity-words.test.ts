import { expect, it } from "vitest";
import { actorOf } from "./activity-words.ts";

const ME = "0b6d2f62-8f7e-4c8f-9a63-1f2d1b5f4a10";
const MINI = {
  id: "mini",
  display_name: "Mac mini",
  last_seen_at: "2026-03-01T12:00:00Z",
  workspace_root: null,
  problem: null,
};
const at = { userId: ME, executors: [MINI] };

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
