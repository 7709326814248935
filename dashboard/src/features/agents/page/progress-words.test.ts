import { expect, test } from "vitest";
import { exampleAgent, exampleExecutor, exampleRequest, exampleRuntime } from "../../../lib/fleet/example-rows.ts";
import type { ExecutorRow, RequestRow } from "../../../lib/fleet/rows.ts";
import { createViewMaker } from "../agent-views.ts";
import { progressTitle, requestToShow, waitingWords } from "./progress-words.ts";

const NOW = new Date("2026-03-01T15:00:00Z");
const HERE = exampleExecutor({ last_seen_at: NOW.toISOString() });
const AWAY = exampleExecutor({ last_seen_at: "2026-03-01T12:00:00Z" });

const FAILED = {
  status: "error",
  picked_up_at: NOW.toISOString(),
  result: { code: "internal", message: "?", attempts: 1 },
};
const CANCELLED = { status: "error", result: { code: "cancelled", message: "Cancelled", attempts: 0 } };
const PROVISIONED = exampleRequest({ id: "first", status: "done" });
const of = (kind: string, more: Partial<RequestRow> = {}) => exampleRequest({ kind, ...more });

test.each([
  ["provision", "Setting up", "Set up", "Set-up cancelled", "Set-up failed"],
  [
    "set_identity",
    "Saving name and emoji",
    "Name and emoji saved",
    "Saving name and emoji cancelled",
    "Name and emoji not saved",
  ],
  ["deprovision", "Removing", "Removed", "Removal cancelled", "Removal failed"],
  ["adopt", "Adopting", "Adopted", "Adoption cancelled", "Adoption failed"],
  ["move", "move", "move", "move", "move"],
])("%s is titled after how it stands", (kind, open, done, cancelled, failed) => {
  const states: Partial<RequestRow>[] = [{}, { status: "running" }, { status: "done" }, CANCELLED, FAILED];
  expect(states.map((more) => progressTitle(of(kind, more)))).toEqual([open, open, done, cancelled, failed]);
});

test("what goes on or went wrong is shown, of whatever kind", () => {
  for (const kind of ["provision", "set_identity", "deprovision", "adopt"]) {
    for (const more of [{}, { status: "running" }, FAILED]) {
      const newest = of(kind, more);
      expect(requestToShow([newest, PROVISIONED])).toBe(newest);
    }
  }
});

test("otherwise it is how the agent was set up, and nothing of one whose set-up was called off", () => {
  const done = of("set_identity", { status: "done" });
  expect(requestToShow([done, of("provision", FAILED), PROVISIONED])).toBe(PROVISIONED);
  expect(requestToShow([of("deprovision", CANCELLED), PROVISIONED])).toBe(PROVISIONED);
  expect(requestToShow([of("adopt", { status: "done" })])).toBeUndefined();
  expect(requestToShow([of("provision", CANCELLED), PROVISIONED])).toBeUndefined();
  expect(requestToShow([])).toBeUndefined();
});

function waiting(request: Partial<RequestRow>, executor: ExecutorRow) {
  const [view] = createViewMaker()(
    {
      agents: [exampleAgent({ provisioned: request.kind !== "provision" })],
      requests: [exampleRequest(request)],
      executors: [executor],
      runtimes: [exampleRuntime()],
    },
    NOW,
  );
  return view && waitingWords(view);
}

test.each(["set_identity", "deprovision", "adopt"])("a request of kind %s says what keeps it waiting", (kind) => {
  const unfit = { ...HERE, problem: { code: "disk_full", message: "The disk is full" } };
  expect(waiting({ kind }, HERE)).toBeUndefined();
  expect(waiting({ kind }, AWAY)).toBe("Mac mini was last seen 3 h ago");
  expect(waiting({ kind, status: "running" }, AWAY)).toBe("Mac mini was last seen 3 h ago");
  expect(waiting({ kind }, unfit)).toBe("Waiting for Mac mini");
  expect(waiting({ kind, ...FAILED }, AWAY)).toBeUndefined();
});

test("a provision says it with the words of its badge", () => {
  expect(waiting({}, HERE)).toBeUndefined();
  expect(waiting({}, AWAY)).toBe("Waiting for Mac mini, last seen 3 h ago");
});
