import { QueryClient } from "@tanstack/react-query";
import { expect, test } from "vitest";
import type { AgentRow, CreatedAnswer } from "../../lib/fleet/rows.ts";
import { addPending, PENDING_KEY, withPending } from "./pending-creations.ts";
import { pendingRows } from "./submission/pending-rows.ts";

const command = {
  projectId: "front-office",
  displayName: "Ricky",
  emoji: "🦊",
  roleShort: "Answers support mail",
};
const ricky = pendingRows(command, { agentId: "ricky", agentKey: "agent:ricky:main" }, new Date());
const answer = {
  agent: { ...ricky.agent, id: "a1", agent_key: "agent:ricky-2:main", agent_id_short: "ricky-2" },
  request: { ...ricky.request, id: "r1", agent_key: "agent:ricky-2:main" },
};
const noTables = { agents: [], requests: [], executors: [], runtimes: [] };
const agentKeys = (client: QueryClient) =>
  client.getQueryData<AgentRow[]>(["agents"])?.map((agent) => agent.agent_key) ?? [];

test("an agent is shown until the function answers, whatever is read meanwhile, and then as the answer has it", async () => {
  const client = new QueryClient();
  const answered = Promise.withResolvers<[typeof answer]>();
  const created = withPending(client, [ricky], () => answered.promise);
  client.setQueryData(["agents"], []);
  expect(client.getQueryData(PENDING_KEY)).toEqual([ricky]);

  answered.resolve([answer]);
  await created;
  expect(client.getQueryData(PENDING_KEY)).toEqual([]);
  expect(agentKeys(client)).toEqual(["agent:ricky-2:main"]);
});

test("many are shown at once, and each as its answer has it", async () => {
  const client = new QueryClient();
  const ada = pendingRows(
    { ...command, displayName: "Ada" },
    { agentId: "ada", agentKey: "agent:ada:main" },
    new Date(),
  );
  const answered = Promise.withResolvers<CreatedAnswer[]>();
  const created = withPending(client, [ricky, ada], () => answered.promise);
  expect(client.getQueryData(PENDING_KEY)).toEqual([ricky, ada]);

  const real = { agent: { ...ada.agent, id: "a2" }, request: { ...ada.request, id: "r2" } };
  answered.resolve([answer, real]);
  await created;
  expect(client.getQueryData(PENDING_KEY)).toEqual([]);
  expect(agentKeys(client)).toEqual(["agent:ricky-2:main", "agent:ada:main"]);
});

test("a refused creation leaves nothing behind", async () => {
  const client = new QueryClient();
  await expect(withPending(client, [ricky], () => Promise.reject(new Error("No")))).rejects.toThrow("No");
  expect(client.getQueryData(PENDING_KEY)).toEqual([]);
  expect(agentKeys(client)).toEqual([]);
});

test("a live update that is faster than the answer is not overwritten by it", async () => {
  const client = new QueryClient();
  const live = { ...answer.agent, provisioned: true };
  client.setQueryData(["agents"], [live]);
  await withPending(client, [ricky], async () => [answer]);
  expect(client.getQueryData(["agents"])).toEqual([live]);
});

test("what is pending stands among the agents, except where the real one is already there", () => {
  const added = addPending(noTables, [ricky]);
  expect(added.tables.agents).toEqual([ricky.agent]);
  expect([...added.ids]).toEqual(["front-office/agent:ricky:main"]);

  const real = { ...ricky.agent, id: "a1" };
  const shown = addPending({ ...noTables, agents: [real] }, [ricky]);
  expect(shown.tables.agents).toEqual([real]);
  expect(shown.ids.size).toBe(0);
});
