import { expect, test } from "vitest";
import { exampleAgent, exampleExecutor, exampleRequest } from "../../../lib/fleet/example-rows.ts";
import { confirmationOf, isConfirmed, removalWaitsFor, removedWords } from "./removal-words.ts";

const NOW = new Date("2026-03-01T15:00:00Z");
const LIVE = exampleAgent({ provisioned: true });
const HERE = exampleExecutor({ last_seen_at: NOW.toISOString() });
const AWAY = exampleExecutor({ last_seen_at: "2026-03-01T12:00:00Z" });

test.each([
  ["Zoe\u0308", "Zo\u00EB", true],
  [" Ricky\n", "Ricky", true],
  ["Ricky the Second", "Ricky  the Second", true],
  ["ricky", "Ricky", false],
  ["Rick", "Ricky", false],
  ["", "Ricky", false],
])("%j confirms %j: %s", (typed, name, isRight) => {
  expect(isConfirmed(typed, name)).toBe(isRight);
});

test("an agent without a name is confirmed by its key", () => {
  expect(confirmationOf(exampleAgent({ name: " " }))).toBe("agent:ricky:main");
  expect(confirmationOf(exampleAgent())).toBe("Ricky");
});

test("a removal waits for a Mac that is away, or takes no requests", () => {
  const waits = (executor = HERE) => removalWaitsFor(LIVE, [], [executor], NOW);
  expect(waits()).toBeUndefined();
  expect(waits(AWAY)).toBe("Mac mini was last seen 3 h ago. The agent is removed once it is back");
  expect(waits({ ...HERE, problem: { code: "disk_full" } })).toBe(
    "Mac mini takes no requests now. The agent is removed once it does",
  );
});

test("an agent of which OpenClaw was never told waits for nobody", () => {
  const waits = (more: Parameters<typeof exampleRequest>[0]) =>
    removalWaitsFor(exampleAgent(), [exampleRequest(more)], [AWAY], NOW) !== undefined;
  expect(waits({})).toBe(false);
  expect(waits({ status: "error", writing_began_at: "2026-03-01T12:00:01Z" })).toBe(true);
  // Of an earlier agent with the same key.
  expect(waits({ status: "done", requested_at: "2026-02-01T12:00:00Z" })).toBe(false);
});

const removal = (workspace?: string) =>
  exampleRequest({
    kind: "deprovision",
    status: "done",
    result: { agentId: "ricky", workspaceDir: "~/w", openclawVersion: "1", workspace, steps: [] },
  });

test("what became of the folder is told as the result says", () => {
  const kept = "its requests are kept, and its key can be used again";
  expect(removedWords(removal("trashed"), "Studio")).toBe(`Its folder is in the trash of Studio, ${kept}`);
  expect(removedWords(removal("kept"))).toBe(`Its folder on its Mac was left where it is, ${kept}`);
  for (const request of [removal("absent"), removal(), exampleRequest({ status: "error" })]) {
    expect(removedWords(request)).toBe("Its requests are kept, and its key can be used again");
  }
});
