import { expect, test } from "vitest";
import { exampleExecutor } from "../../lib/fleet/example-rows.ts";
import { newestRequests } from "../../lib/fleet/newest-requests.ts";
import { type AgentTables, createViewMaker } from "./agent-views.ts";
import { pendingRows } from "./submission/pending-rows.ts";

const now = new Date("2026-05-03T12:00:00Z");

function rowsOf(name: string) {
  const id = name.toLowerCase();
  const command = { projectId: "front-office", displayName: name, emoji: "🦊", roleShort: "", executorId: "mini" };
  return pendingRows(command, { agentId: id, agentKey: `agent:${id}:main` }, now);
}

const [ricky, ada] = [rowsOf("Ricky"), rowsOf("Ada")];
const tables: AgentTables = {
  agents: [ricky.agent, ada.agent],
  requests: [ricky.request, ada.request],
  executors: [exampleExecutor({ display_name: "mini", last_seen_at: now.toISOString() })],
  runtimes: [],
};

test("an agent is shown with the badge of its newest request and a name for its executor", () => {
  const [view] = createViewMaker()(tables, now);
  expect(view).toMatchObject({ id: "front-office/agent:ricky:main", executorName: "Mac mini", isPending: false });
  expect(view?.badge).toMatchObject({ state: "queued" });
});

test("one changed request changes one view and leaves the others the same objects", () => {
  const makeViews = createViewMaker();
  const before = makeViews(tables, now);
  const running = { ...ada.request, status: "running", attempts: 1 };
  const after = makeViews({ ...tables, requests: [ricky.request, running] }, now);
  expect(after[0]).toBe(before[0]);
  expect(after[1]?.badge).toMatchObject({ state: "provisioning" });
});

test("a heartbeat that changes no words leaves every view the same object", () => {
  const makeViews = createViewMaker();
  const before = makeViews(tables, now);
  const later = new Date(now.getTime() + 30_000);
  const executors = tables.executors.map((executor) => ({ ...executor, last_seen_at: later.toISOString() }));
  const after = makeViews({ ...tables, executors }, later);
  expect(after.every((view, index) => view === before[index])).toBe(true);
});

test("of several requests of an agent the one asked for last counts, in whatever order they come", () => {
  const retried = { ...ricky.request, id: "r2", requested_at: "2026-05-03T12:00:01Z" };
  for (const requests of [
    [ricky.request, retried],
    [retried, ricky.request],
  ]) {
    expect([...newestRequests(requests).values()]).toEqual([retried]);
  }
});
