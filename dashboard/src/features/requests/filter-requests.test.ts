import { expect, test } from "vitest";
import { exampleAgent, exampleExecutor, exampleRequest } from "../../lib/fleet/example-rows.ts";
import { findRequests, inGroup, NO_FILTER, offeredGroups, offeredKinds } from "./filter-requests.ts";
import { makeRequestViews, type RequestView } from "./request-views.ts";

const ended = (code: string) => ({ status: "error", result: { code, message: "No", attempts: 1 } });

const VIEWS = makeRequestViews(
  {
    requests: [
      exampleRequest({ id: "1-queued" }),
      exampleRequest({ id: "2-done", status: "done", kind: "adopt", display_name: "Zoë", agent_key: "agent:zoe:main" }),
      exampleRequest({ id: "3-failed", ...ended("internal"), kind: "deprovision", display_name: "Old name" }),
      exampleRequest({ id: "4-cancelled", ...ended("cancelled"), agent_id_short: "bo", agent_key: "agent:bo:desk" }),
    ],
    agents: [exampleAgent()],
    executors: [exampleExecutor()],
    runtimes: [],
  },
  new Date("2026-03-01T12:00:00Z"),
);
const ids = (views: readonly RequestView[]) => views.map(({ id }) => id);

test.each([
  ["zoe", ["2-done"]],
  ["ZOË", ["2-done"]],
  ["desk", ["4-cancelled"]],
  ["bo agent", ["4-cancelled"]],
  ["3-fail", ["3-failed"]],
  ["nobody", []],
])("searching for %j finds names, ids and keys", (search, found) => {
  expect(ids(findRequests(VIEWS, { kind: "all", search }))).toEqual(found);
});

test("a request is found by what its agent was called then, and is called now", () => {
  expect(ids(findRequests(VIEWS, { kind: "deprovision", search: "old" }))).toEqual(["3-failed"]);
  expect(ids(findRequests(VIEWS, { kind: "deprovision", search: "ricky" }))).toEqual(["3-failed"]);
});

test("each request is in one group, and in all", () => {
  expect(ids(inGroup(VIEWS, "open"))).toEqual(["1-queued"]);
  expect(ids(inGroup(VIEWS, "done"))).toEqual(["2-done"]);
  expect(ids(inGroup(VIEWS, "failed"))).toEqual(["3-failed"]);
  expect(ids(inGroup(VIEWS, "cancelled"))).toEqual(["4-cancelled"]);
  expect(inGroup(VIEWS, "all")).toHaveLength(4);
});

test("the groups are counted, and cancelled ones offered where there are any, or they are looked for", () => {
  const counted = (views: readonly RequestView[], chosen: "all" | "cancelled") =>
    offeredGroups(views, chosen).map(({ label, count }) => `${label} ${count}`);
  expect(counted(VIEWS, "all")).toEqual(["All 4", "Open 1", "Done 1", "Failed 1", "Cancelled 1"]);
  expect(counted([], "all")).toEqual(["All 0", "Open 0", "Done 0", "Failed 0"]);
  expect(counted([], "cancelled")).toContain("Cancelled 0");
});

test("every kind is offered, by name, and one that nobody knows where there is one", () => {
  const labels = offeredKinds(VIEWS, NO_FILTER.kind).map(({ label }) => label);
  expect(labels).toEqual(["Every kind", "Set up", "Name and emoji", "Removal", "Adoption"]);
  expect(offeredKinds(VIEWS, "move").at(-1)).toEqual({ value: "move", label: "move" });
});
