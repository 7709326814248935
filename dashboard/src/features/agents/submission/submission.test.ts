import { expect, test, vi } from "vitest";
import { type Creation, submissionFor } from "./submission.ts";

const creation = (displayName: string): Creation => ({
  command: { projectId: "front-office", displayName, emoji: "🦊", roleShort: "" },
  identity: { agentId: "ricky", agentKey: "agent:ricky:main" },
});
const ask = (name: string) => () => [creation(name)];

test("the same draft is asked for again as it was, under the same key", () => {
  const first = submissionFor({ text: "Ricky" }, null, ask("Ricky"));
  const fill = vi.fn(ask("Ricky, with another colour"));
  expect(submissionFor({ text: "Ricky" }, first, fill)).toBe(first);
  expect(fill).not.toHaveBeenCalled();
});

test("a draft that was changed gets a key of its own", () => {
  const first = submissionFor({ text: "Ricky" }, null, ask("Ricky"));
  const second = submissionFor({ text: "Rick" }, first, ask("Rick"));
  expect(second.key).not.toBe(first.key);
  expect(second.creations).toEqual([creation("Rick")]);
});
