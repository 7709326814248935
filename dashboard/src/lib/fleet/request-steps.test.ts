import { expect, test } from "vitest";
import { exampleRequest } from "./example-rows.ts";
import { errorOf, nextTry, stepsOf, summarise } from "./request-steps.ts";
import type { RequestRow } from "./rows.ts";
import { stepName } from "./step-labels.ts";

const queued = exampleRequest({ requested_at: "2026-05-03T12:00:00Z" });
const running: RequestRow = { ...queued, status: "running", picked_up_at: "2026-05-03T12:00:02Z", attempts: 1 };
const at = (second: number) => Date.parse(`2026-05-03T12:00:0${second}Z`);
const states = (request: RequestRow) => stepsOf(request, false).map(({ state }) => state);

test("a queued request counts the seconds since the click", () => {
  expect(stepsOf(queued, false)[0]).toEqual({ id: "queued", label: "Queued", state: "running", since: at(0) });
  expect(states(queued).slice(1)).toEqual(["ahead", "ahead", "ahead", "ahead", "ahead"]);
});

test("the step that runs began when those before it had ended", () => {
  const request: RequestRow = {
    ...running,
    progress: [
      { step: "workspace", state: "done", ms: 1000 },
      { step: "add", state: "running" },
    ],
  };
  expect(stepsOf(request, false).slice(0, 4)).toEqual([
    { id: "queued", label: "Picked up from the queue", state: "done", ms: 2000 },
    { id: "workspace", label: "Files written", state: "done", ms: 1000 },
    { id: "add", label: "Adding to OpenClaw", state: "running", since: at(3) },
    { id: "identity", label: "Set name and emoji", state: "ahead" },
  ]);
  expect(summarise(request, false)).toEqual({
    states: ["done", "running", "ahead", "ahead"],
    label: "Adding to OpenClaw",
    position: 2,
  });
});

test("a step that waits says for what, as long as it runs", () => {
  const note = "OpenClaw had to be killed, and needs up to 5 min until it can be written to";
  const request: RequestRow = { ...running, progress: [{ step: "add", state: "running", note }] };
  const add = (row: RequestRow) => stepsOf(row, false).find(({ id }) => id === "add");
  expect(add(request)).toMatchObject({ state: "running", note });
  expect(add({ ...request, status: "queued" })).not.toHaveProperty("note");
});

test("a step whose write has not begun waits, and one that needed no write is done", () => {
  const progress = [
    { step: "add", state: "done", ms: 1000, waits: true },
    { step: "identity", state: "running", waits: true },
  ];
  expect(stepsOf({ ...running, progress }, false).slice(2, 4)).toEqual([
    { id: "add", label: "Added to OpenClaw", state: "done", ms: 1000 },
    { id: "identity", label: "Waiting to set name and emoji", state: "waiting", since: at(3) },
  ]);
  expect(summarise({ ...running, progress }, false)).toMatchObject({
    label: "Waiting to set name and emoji",
    position: 3,
  });
  expect(states({ ...running, status: "queued", progress })[3]).toBe("ahead");
});

test("no step runs while the executor is away", () => {
  const request: RequestRow = {
    ...running,
    progress: [
      { step: "workspace", state: "done", ms: 1000 },
      { step: "add", state: "running" },
    ],
  };
  expect(stepsOf(request, true).map(({ state }) => state)).toEqual([
    "done",
    "done",
    "ahead",
    "ahead",
    "ahead",
    "ahead",
  ]);
  expect(stepsOf(request, true)[2]).toEqual({ id: "add", label: "Add to OpenClaw", state: "ahead" });
  expect(summarise(request, true)).toMatchObject({ label: "Add to OpenClaw", position: 2 });
});

test("a request that is done has every step behind it", () => {
  const request: RequestRow = {
    ...running,
    status: "done",
    completed_at: "2026-05-03T12:00:07Z",
    progress: [{ step: "verify", state: "done", ms: 300 }],
  };
  expect(states(request)).toEqual(["done", "done", "done", "done", "done", "done"]);
});

test("an error stands at the step it names, even when the executor could not report it", () => {
  const request: RequestRow = {
    ...running,
    status: "error",
    progress: [{ step: "workspace", state: "done", ms: 10 }],
    result: { code: "openclaw_failed", message: "It did not work", step: "add", attempts: 3 },
  };
  expect(states(request)).toEqual(["done", "done", "error", "ahead", "ahead", "ahead"]);
  expect(errorOf(request)).toMatchObject({ code: "openclaw_failed", attempts: 3 });
});

test("what was running when the executor vanished is not drawn as running", () => {
  const progress = [{ step: "workspace", state: "running" }];
  expect(states({ ...running, status: "queued", progress })[1]).toBe("ahead");
  expect(states({ ...running, status: "error", progress })[1]).toBe("error");
});

test("a try that failed says which one it was and when the next one comes", () => {
  const request: RequestRow = { ...queued, attempts: 1, run_after: "2026-05-03T12:00:09Z" };
  expect(nextTry(request)).toEqual({ failed: 1, of: 3, at: at(9) });
  expect(nextTry(queued)).toBeUndefined();
});

test("a result that an earlier system wrote is no error of ours", () => {
  expect(errorOf({ status: "error", result: { why: "?" } })).toBeUndefined();
  expect(states({ ...running, progress: "nonsense" })).toEqual(["done", "ahead", "ahead", "ahead", "ahead", "ahead"]);
});

test("a request that nobody took says so", () => {
  const result = { code: "expired", message: "No executor took it", attempts: 0 };
  expect(stepsOf({ ...queued, status: "error", result }, false)[0]).toMatchObject({
    label: "Never picked up",
    state: "error",
  });
});

test.each([
  [
    "set_identity",
    ["Find it in OpenClaw", "Set name and emoji", "See it in openclaw agents list", "Saved"],
    ["Found in OpenClaw", "Name and emoji set", "Seen in openclaw agents list", "Saved"],
  ],
  [
    "deprovision",
    ["Look at its folder", "Remove from OpenClaw", "See it gone from openclaw agents list", "Gone"],
    ["Looked at its folder", "Removed from OpenClaw", "Gone from openclaw agents list", "Gone"],
  ],
  ["adopt", ["Read its files", "Adopted"], ["Files read", "Adopted"]],
])("a request of kind %s has its own steps, in its own words", (kind, ahead, done) => {
  const labels = (request: RequestRow) => stepsOf(request, false).map(({ label }) => label);
  const row = (more: Partial<RequestRow>) => exampleRequest({ ...queued, kind, ...more });
  expect(labels(row({}))).toEqual(["Queued", ...ahead]);
  const ended = row({ status: "done", picked_up_at: "2026-05-03T12:00:02Z", attempts: 1 });
  expect(labels(ended)).toEqual(["Picked up from the queue", ...done]);
  expect(summarise(ended, false)).toEqual({
    states: done.slice(1).map(() => "done"),
    label: done.at(-1),
    position: done.length - 1,
  });
});

test("a removal that failed says at which of its own steps", () => {
  const result = { code: "workspace_elsewhere", message: "It lives elsewhere", step: "workspace", attempts: 1 };
  const request: RequestRow = { ...running, kind: "deprovision", status: "error", result };
  expect(stepsOf(request, false)[1]).toEqual({ id: "workspace", label: "Stopped at its folder", state: "error" });
  expect(stepName(request, "workspace")).toBe("Look at its folder");
  expect(stepName(queued, "workspace")).toBe("Write files");
});

test("of a kind of a later version only the beginning and the end are known", () => {
  const request: RequestRow = { ...running, kind: "move", progress: [{ step: "workspace", state: "running" }] };
  expect(stepsOf(request, false)).toEqual([
    { id: "queued", label: "Picked up from the queue", state: "done", ms: 2000 },
    { id: "end", label: "Done", state: "ahead" },
  ]);
});
