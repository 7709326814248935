import { expect, test } from "vitest";
import { agentPath, findByPath } from "./agent-path.ts";

const view = (project_id: string) => {
  const agent = { project_id, agent_key: "agent:ricky:main" };
  return { id: `${project_id}/agent:ricky:main`, agent };
};

test("a path names the project only where there are several", () => {
  const { agent } = view("lab");
  expect(agentPath(agent, false)).toBe("/agents/agent%3Aricky%3Amain");
  expect(agentPath(agent, true)).toBe("/agents/agent%3Aricky%3Amain?project=lab");
});

test("a key that two projects have is found in the one that is named", () => {
  const views = [view("front-office"), view("lab")];
  expect(findByPath(views, "agent:ricky:main", "lab")).toBe(views[1]);
  expect(findByPath(views, "agent:ricky:main", null)).toBe(views[0]);
  expect(findByPath(views, "agent:nobody:main", null)).toBeUndefined();
});
