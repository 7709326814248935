import { expect, test } from "vitest";
import { exampleAgent, exampleRequest } from "../../../lib/fleet/example-rows.ts";
import { planEdit, savedWords } from "./agent-edit.ts";

const RICKY = exampleAgent();

test("what is as it was is not sent", () => {
  expect(planEdit(RICKY, {})).toEqual({ command: undefined, problems: {} });
  const typedBack = { displayName: "Ricky ", emoji: "🦊", roleShort: "answers  the phone" };
  expect(planEdit(RICKY, typedBack)).toEqual({ command: undefined, problems: {} });
  expect(planEdit(RICKY, { ...typedBack, displayName: " Ada " }).command).toEqual({ displayName: "Ada" });
  expect(planEdit(RICKY, { roleShort: "" }).command).toEqual({ roleShort: "" });
});

test("each field says what is wrong with it, and nothing is sent then", () => {
  expect(planEdit(RICKY, { displayName: " ", roleShort: "x".repeat(161) })).toEqual({
    command: undefined,
    problems: {
      displayName: "Give the agent a name",
      roleShort: "The purpose must be at most 160 characters long",
    },
  });
});

test("what an older system wrote is in nobody's way as long as it is not touched", () => {
  const older = exampleAgent({ name: "x".repeat(90), emoji: "no emoji", role: null });
  expect(planEdit(older, { roleShort: "reads" })).toEqual({ command: { roleShort: "reads" }, problems: {} });
});

test("the emoji that is shown for none can be picked", () => {
  expect(planEdit(exampleAgent({ emoji: null }), { emoji: "🤖" }).command).toEqual({ emoji: "🤖" });
});

test.each([
  [{ roleShort: "reads" }, null, { title: "The purpose of Ricky is saved" }],
  [{ displayName: "Ricky" }, null, { title: "Ricky is saved" }],
  [{ displayName: "Ricky" }, "set_identity", undefined],
  [{ roleShort: "reads" }, "set_identity", { title: "The purpose of Ricky is saved" }],
  [
    { displayName: "Ricky", emoji: "🦊" },
    "provision",
    { title: "Ricky is saved", description: "It is set up under the new name." },
  ],
  [{ emoji: "🦊" }, "provision", { title: "Ricky is saved", description: "It is set up with the new emoji." }],
])("%j with the request %j is told as %j", (changes, kind, words) => {
  const request = kind === null ? null : exampleRequest({ kind });
  expect(savedWords({ agent: RICKY, request }, changes)).toEqual(words);
});
