import { expect, test } from "vitest";
import type { Failure } from "../../../lib/error-text.ts";
import { type Circumstances, planAgents, toCreations } from "./plan-agents.ts";
import { readText } from "./read-text.ts";
import { refusedValues } from "./refused-values.ts";

const nobody: Circumstances = {
  projectId: "front-office",
  executorId: null,
  agentCount: 0,
  taken: new Set(),
  keys: new Set(),
  refused: [],
};
const plan = (text: string, around: Partial<Circumstances> = {}) =>
  planAgents(readText(text).entries, { ...nobody, ...around });
const keysOf = (text: string, around: Partial<Circumstances> = {}) =>
  plan(text, around).map(({ identity }) => identity?.agentKey);
const problemsOf = (text: string, around: Partial<Circumstances> = {}) =>
  plan(text, around).map(({ problems }) => problems);

test("gaps are filled: the emoji by what the agent does, the colours in turn", () => {
  const commands = plan("Ricky\nAda, answers support mail\nBo, sings, 🦉, #14b8a6", {
    agentCount: 7,
    executorId: "mini",
  });
  expect(commands.map(({ command }) => command)).toEqual([
    expect.objectContaining({ displayName: "Ricky", emoji: "🦊", color: "#8b5cf6", executorId: "mini" }),
    expect.objectContaining({ roleShort: "answers support mail", emoji: "💬", color: "#6366f1" }),
    expect.objectContaining({ roleShort: "sings", emoji: "🦉", color: "#14b8a6" }),
  ]);
  expect(plan("name,colour\nBo,Teal")[0]?.command.color).toBe("#14b8a6");
});

test("each gets a key that neither an agent nor a line above has", () => {
  const taken = new Set(["ricky"]);
  expect(keysOf("Ricky\nZoë\nRicky\nzoe\n研究员", { taken })).toEqual([
    "agent:ricky-2:main",
    "agent:zoe:main",
    "agent:ricky-3:main",
    "agent:zoe-2:main",
    "agent:yan-jiu-yuan:main",
  ]);
});

test("a line that is wrong elsewhere still shows its key, and keeps it from those below", () => {
  expect(keysOf(`Ricky, ${"x".repeat(161)}\nRicky`)).toEqual(["agent:ricky:main", "agent:ricky-2:main"]);
});

test("what is wrong with a line is said in the contract's words", () => {
  expect(problemsOf(`Ricky\n, reads\nBo, ${"x".repeat(161)}, 🦊🦉\nname\nCy, agent:Cy:main`)).toEqual([
    [],
    ["Give the agent a name"],
    ["The purpose must be at most 160 characters long", "Choose exactly one emoji"],
    [],
    ["The id inside the key is not one that OpenClaw can use"],
  ]);
  expect(problemsOf('"Ada, reads')).toEqual([["The quotation marks do not pair up; inside quotes write them twice"]]);
});

test("a key that an agent of this project has, or a line above gets, is a problem", () => {
  const keys = new Set(["front-office/agent:ada:main", "lab/agent:bo:main"]);
  expect(problemsOf("Ricky\nX, agent:ricky:night\nAda, agent:ada:main\nBo, agent:bo:main", { keys })).toEqual([
    [],
    ["Line 1 gets the id ricky already"],
    ["An agent with this key already exists in this project"],
    [],
  ]);
});

test("what the server refused stands at its line wherever that moves, until it says something else", () => {
  const creations = toCreations(plan("Ricky\nAda, agent:ada:main"));
  const message = "OpenClaw already has an agent with the id ada";
  const errors = [{ index: 1, code: "agent_id_taken", message, field: "agentKey" }] as const;
  const problem: Failure = { code: "agent_id_taken", message: "1 of 2 agents cannot be created", errors };
  const refused = refusedValues(problem, { creations });
  expect(problemsOf("Bo\n\nAda, does more, agent:ada:main\nRicky", { refused })).toEqual([[], [message], []]);
  expect(problemsOf("Ricky\nAda, agent:ada-2:main", { refused })).toEqual([[], []]);
});
