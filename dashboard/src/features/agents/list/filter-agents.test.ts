import { expect, test } from "vitest";
import type { Badge } from "#badge";
import type { AgentView } from "../agent-views.ts";
import { arrangeAgents, countGroups, offeredGroups, searchAgents } from "./filter-agents.ts";

const live: Badge = { state: "live", group: "live", tone: "success", label: "Live" };
const failed: Badge = { state: "failed", group: "attention", tone: "danger", label: "Failed" };

function agent(name: string, role: string, day: number, badge: Badge = live): AgentView {
  const key = `agent:${name.toLowerCase()}:main`;
  return {
    id: `front-office/${key}`,
    agent: {
      id: name,
      project_id: "front-office",
      agent_key: key,
      agent_id_short: name.toLowerCase(),
      name,
      role,
      emoji: "🦊",
      color: null,
      workspace_path: null,
      provisioned: true,
      executor_id: "mini",
      created_at: `2026-05-0${day}T12:00:00Z`,
    },
    request: null,
    badge,
    executorName: "Mac mini",
    isPending: false,
  };
}

const fleet = [
  agent("Zoë", "Support mail", 1),
  agent("Ada", "Research", 3, failed),
  agent("Bo 10", "", 2),
  agent("Bo 9", "", 2),
];
const names = (views: readonly AgentView[]) => views.map((view) => view.agent.name);

test.each([
  ["", ["Zoë", "Ada", "Bo 10", "Bo 9"]],
  ["zoe", ["Zoë"]],
  ["SUPPORT  zo", ["Zoë"]],
  ["agent:ada", ["Ada"]],
  ["support ada", []],
])("searching %j finds %j", (search, found) => {
  expect(names(searchAgents(fleet, search))).toEqual(found);
});

test("by name numbers count as numbers, and newest first breaks ties by name", () => {
  expect(names(arrangeAgents(fleet, { group: "all", order: "name" }))).toEqual(["Ada", "Bo 9", "Bo 10", "Zoë"]);
  expect(names(arrangeAgents(fleet, { group: "all", order: "newest" }))).toEqual(["Ada", "Bo 9", "Bo 10", "Zoë"]);
});

test("by state what needs attention comes first", () => {
  expect(names(arrangeAgents(fleet, { group: "all", order: "state" }))[0]).toBe("Ada");
});

test("one group shows only its agents", () => {
  expect(names(arrangeAgents(fleet, { group: "attention", order: "name" }))).toEqual(["Ada"]);
});

test("groups are offered with counts, empty ones only while they are chosen", () => {
  const counts = countGroups(fleet);
  expect(offeredGroups(counts, "waiting").map(({ label, count }) => `${label} ${count}`)).toEqual([
    "All 4",
    "Live 3",
    "Waiting 0",
    "Needs attention 1",
  ]);
  expect(offeredGroups(counts, "all").map(({ id }) => id)).not.toContain("waiting");
});
