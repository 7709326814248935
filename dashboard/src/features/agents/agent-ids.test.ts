import { expect, test } from "vitest";
import { freeAgentId, identityFromKey, identityFromName, nextFreeKey } from "./agent-ids.ts";

const none: ReadonlySet<string> = new Set();

test("a name becomes the key that the function would make of it", () => {
  expect(identityFromName("Zoë van Dijk", none)).toEqual({
    agentId: "zoe-van-dijk",
    agentKey: "agent:zoe-van-dijk:main",
  });
});

test("a name that is taken gets the first free number", () => {
  expect(identityFromName("Ricky", new Set(["ricky", "ricky-2"])).agentId).toBe("ricky-3");
});

test("a long id leaves room for the number", () => {
  const long = `${"x".repeat(56)}-y`;
  expect(freeAgentId(long, new Set([long]))).toBe(`${"x".repeat(56)}-2`);
});

test.each(["", "ricky", "agent:Ricky:main", "agent:main:main", "agent:ricky:"])("%j is not a key", (key) => {
  expect(identityFromKey(key)).toBeUndefined();
});

test("the next free key keeps the session and counts on from a number", () => {
  expect(nextFreeKey("agent:ricky:night", none)?.agentKey).toBe("agent:ricky-2:night");
  expect(nextFreeKey("agent:ricky-2:main", new Set(["ricky"]))?.agentId).toBe("ricky-3");
});
