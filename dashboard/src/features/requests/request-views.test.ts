import { expect, test } from "vitest";
import { exampleAgent, exampleExecutor, exampleRequest } from "../../lib/fleet/example-rows.ts";
import type { RequestRow } from "../../lib/fleet/rows.ts";
import { makeRequestViews, type RequestTables } from "./request-views.ts";

const NOW = new Date("2026-03-01T12:00:30Z");

function viewsOf(requests: Partial<RequestRow>[], tables: Partial<RequestTables> = {}) {
  const rows = requests.map((more, index) => exampleRequest({ id: `request-${index}`, ...more }));
  return makeRequestViews(
    { requests: rows, agents: [exampleAgent()], executors: [exampleExecutor()], runtimes: [], ...tables },
    NOW,
  );
}

const failedWith = (code: string): Partial<RequestRow> => ({
  status: "error",
  result: { code, message: "It did not work", attempts: 1 },
});
const AWAY = exampleExecutor({ last_seen_at: "2026-03-01T09:00:00Z" });
const UNFIT = exampleExecutor({ problem: { code: "openclaw_missing", message: "There is no executable" } });

test.for<[string, Partial<RequestRow>, Partial<RequestTables>, string, string]>([
  ["queued", {}, {}, "queued", "Queued"],
  ["queued for a Mac that is away", {}, { executors: [AWAY] }, "waiting", "Waiting for its Mac"],
  ["queued for a Mac that takes none", {}, { executors: [UNFIT] }, "waiting", "Waiting for its Mac"],
  [
    "a removal for a Mac that is away",
    { kind: "deprovision" },
    { executors: [AWAY] },
    "waiting",
    "Waiting for its Mac",
  ],
  ["running", { status: "running" }, {}, "running", "Running · step 1 of 4"],
  [
    "a removal that runs",
    { status: "running", kind: "deprovision", progress: [{ step: "workspace", state: "done", ms: 1 }] },
    {},
    "running",
    "Running · step 2 of 3",
  ],
  [
    "running on a Mac that takes no more",
    { status: "running" },
    { executors: [UNFIT] },
    "running",
    "Running · step 1 of 4",
  ],
  ["running on a Mac that fell asleep", { status: "running" }, { executors: [AWAY] }, "waiting", "Waiting for its Mac"],
  ["done, whatever its Mac does", { status: "done" }, { executors: [AWAY] }, "done", "Done"],
  ["failed", failedWith("step_timeout"), {}, "failed", "Failed: took too long"],
  ["failed before codes", { status: "error", result: "?" }, {}, "failed", "Failed: unknown reason"],
  ["cancelled", failedWith("cancelled"), {}, "cancelled", "Cancelled"],
])("a request that is %s is said to be so", ([, request, tables, state, label]) => {
  expect(viewsOf([request], tables)).toMatchObject([{ state, label }]);
});

test("what a request waits for is said as the badge of the agent says it", () => {
  const [view] = viewsOf([{ kind: "set_identity" }], { executors: [AWAY] });
  expect(view?.wait).toEqual({ label: "Waiting for Mac mini · last seen 3 h ago" });
  expect(viewsOf([{}], { executors: [UNFIT] })[0]?.wait).toMatchObject({
    label: "Waiting for Mac mini · OpenClaw cannot be started",
    problem: { message: "There is no executable" },
  });
});

test("the newest stands first, in whatever order they came", () => {
  const at = (second: number) => ({ requested_at: `2026-03-01T12:00:0${second}Z` });
  expect(viewsOf([at(1), at(3), at(2)]).map(({ id }) => id)).toEqual(["request-1", "request-2", "request-0"]);
});

test("an agent that is gone is not taken for the one that has its key now", () => {
  const before = { requested_at: "2026-03-01T11:00:00Z", ...failedWith("step_timeout") };
  expect(viewsOf([before])[0]).toMatchObject({ agent: undefined, retryLabel: undefined });
  expect(viewsOf([{}])[0]?.agent).toEqual(exampleAgent());
  expect(viewsOf([failedWith("step_timeout")], { agents: [] })[0]).toMatchObject({
    agent: undefined,
    retryLabel: undefined,
  });
});

test("only the newest request of an agent can be tried again", () => {
  const failed = failedWith("step_timeout");
  const newer = { requested_at: "2026-03-01T12:00:05Z" };
  expect(viewsOf([failed])[0]?.retryLabel).toBe("Retry");
  expect(viewsOf([failed, { ...newer, status: "done" }]).map(({ retryLabel }) => retryLabel)).toEqual([
    undefined,
    undefined,
  ]);
  const other = { ...newer, agent_key: "agent:ada:main" };
  expect(viewsOf([failed, other])[1]?.retryLabel).toBe("Retry");
});

test("what was cancelled is offered again where the agent's badge offers it", () => {
  expect(viewsOf([failedWith("cancelled")])[0]?.retryLabel).toBe("Provision");
  expect(viewsOf([{ ...failedWith("cancelled"), kind: "deprovision" }])[0]?.retryLabel).toBeUndefined();
});
