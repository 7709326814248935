import { expect, test } from "vitest";
import { color, createAgentCommand } from "#contract";
import { AGENT_COLORS } from "../agent-colors.ts";
import { asOneLine } from "../as-one-line.ts";
import { findProblems } from "../find-problems.ts";
import { BLANK_DRAFT, isBlank } from "./draft.ts";
import { fillDraft } from "./fill-draft.ts";

const defaults = { projectId: "front-office", executorId: undefined, color: AGENT_COLORS[0].value };
const ricky = { ...BLANK_DRAFT, name: "Ricky", purpose: "Answers support mail" };

test("a name alone makes a valid command", () => {
  const command = fillDraft({ ...BLANK_DRAFT, name: "Ricky" }, defaults);
  expect(findProblems(createAgentCommand, command)).toEqual({});
  expect(command).toEqual({
    projectId: "front-office",
    displayName: "Ricky",
    roleShort: "",
    emoji: "🦊",
    color: "#6366f1",
  });
});

test("a picked emoji is never replaced by a suggestion", () => {
  expect(fillDraft(ricky, defaults).emoji).toBe("💬");
  expect(fillDraft({ ...ricky, emoji: "🦉" }, defaults).emoji).toBe("🦉");
});

test("each field says what is wrong with it", () => {
  const problems = findProblems(
    createAgentCommand,
    fillDraft({ ...ricky, name: " ", purpose: "x".repeat(161), ownKey: "ricky" }, defaults),
  );
  expect(problems).toEqual({
    displayName: "Give the agent a name",
    roleShort: "The purpose must be at most 160 characters long",
    agentKey: "The key has the form agent:<id>:<session>, for example agent:ricky:main",
  });
});

test("a chosen executor and project go before the defaults", () => {
  const command = fillDraft({ ...ricky, executorId: "attic", projectId: "lab" }, { ...defaults, executorId: "cellar" });
  expect(command).toMatchObject({ executorId: "attic", projectId: "lab" });
});

test("a draft is blank until somebody types or picks something", () => {
  expect(isBlank(BLANK_DRAFT)).toBe(true);
  expect(isBlank({ ...BLANK_DRAFT, name: "  " })).toBe(true);
  expect(isBlank({ ...BLANK_DRAFT, emoji: "🦊" })).toBe(false);
  expect(isBlank({ ...BLANK_DRAFT, purpose: "Mail" })).toBe(false);
});

test("pasted lines become one line", () => {
  expect(asOneLine("Answers mail\r\nand calls")).toBe("Answers mail and calls");
});

test("every colour is one that the contract takes", () => {
  for (const { value } of AGENT_COLORS) expect(color.parse(value)).toBe(value);
});
