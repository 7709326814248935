import { expect, test } from "vitest";
import { ERROR_CODES, STEPS_OF } from "#contract";
import { BADGE_GROUPS, type BadgeFacts, badgeOf } from "./badge.ts";

// In the zone of whoever runs this: the label shows local time.
const NOW = new Date(2026, 10, 22, 17, 0, 0);
const before = (seconds: number) => new Date(NOW.getTime() - seconds * 1000).toISOString();
const HOUR = 3600;

const RICKY = { agent_key: "agent:ricky:main", agent_id_short: "ricky", provisioned: false, executor_id: "m1" };
const LIVE = { ...RICKY, provisioned: true };
const ALIVE = { id: "m1", display_name: "Studio", last_seen_at: before(30), problem: null };
const AWAY = { ...ALIVE, last_seen_at: before(3 * HOUR) };

type Request = NonNullable<BadgeFacts["request"]>;
function request(about: Partial<Request>): Request {
  const open = about.status === "queued" || about.status === "running";
  return {
    kind: "provision",
    status: "queued",
    progress: [],
    result: null,
    completed_at: open ? null : before(2 * HOUR),
    attempts: 0,
    max_attempts: 3,
    executor_id: "m1",
    ...about,
  };
}
const queued = request({ status: "queued" });
const done = request({ status: "done" });
const failedWith = (code: string, kind = "provision") =>
  request({ kind, status: "error", result: { code, message: "It broke because of X", attempts: 3 } });

function runtime(publishedAt: string | null, ...ids: string[]) {
  const agents = ids.map((id) => ({ id, name: id, emoji: "🦊", workspace: `/w/${id}`, isDefault: id === "main" }));
  return { executor_id: "m1", agents, published_at: publishedAt };
}
const FRESH = runtime(before(HOUR), "main", "ricky");
const FRESH_WITHOUT = runtime(before(HOUR), "main");

const show = (facts: Partial<BadgeFacts>) =>
  badgeOf({ agent: RICKY, request: null, executors: [ALIVE], runtimes: [], now: NOW, ...facts });

test("provision queued, executor alive: Queued", () => {
  expect(show({ request: queued })).toEqual({ state: "queued", group: "working", tone: "info", label: "Queued" });
});

test("provision queued, none alive: Waiting for it, last seen", () => {
  expect(show({ request: queued, executors: [AWAY] })).toEqual({
    state: "waiting",
    group: "waiting",
    tone: "warning",
    label: "Waiting for Studio · last seen 3 h ago",
  });
});

test("provision running, its executor away: Waiting for it, and no progress", () => {
  const progress = [{ step: "workspace", state: "done", ms: 12 }];
  const running = request({ status: "running", attempts: 2, progress });
  expect(show({ request: running, executors: [AWAY] })).toEqual({
    state: "waiting",
    group: "waiting",
    tone: "warning",
    label: "Waiting for Studio · last seen 3 h ago",
    detail: "It was at step 2 of 4",
  });
});

test("provision running: Provisioning, with the step", () => {
  const progress = [
    { step: "workspace", state: "done", ms: 12 },
    { step: "add", state: "running" },
  ];
  expect(show({ request: request({ status: "running", attempts: 1, progress }) })).toEqual({
    state: "provisioning",
    group: "working",
    tone: "info",
    label: "Provisioning… · step 2 of 4",
  });
});

test("provision error: Failed with a short reason, and Retry", () => {
  expect(show({ request: failedWith("openclaw_missing") })).toEqual({
    state: "failed",
    group: "attention",
    tone: "danger",
    label: "Failed: OpenClaw cannot be started",
    detail: "It broke because of X",
    action: { kind: "retry", label: "Retry" },
  });
});

test("provision cancelled: Cancelled, and Provision, which retries the request", () => {
  expect(show({ request: failedWith("cancelled") })).toMatchObject({
    state: "cancelled",
    label: "Cancelled",
    action: { kind: "retry", label: "Provision" },
  });
});

test("provisioned, in a runtime list newer than completion: Live", () => {
  const live = { state: "live", group: "live", tone: "success", label: "Live" };
  expect(show({ agent: LIVE, request: done, runtimes: [FRESH] })).toEqual(live);
  expect(show({ agent: LIVE, request: done, runtimes: [runtime(done.completed_at, "ricky")] })).toEqual(live);
});

test("provisioned, not in such a list, executor alive: Missing there, and Provision again", () => {
  expect(show({ agent: LIVE, request: done, runtimes: [FRESH_WITHOUT] })).toEqual({
    state: "missing",
    group: "attention",
    tone: "danger",
    label: "Missing on Studio",
    action: { kind: "provision", label: "Provision again" },
  });
});

test("provisioned, list older than completion: Live, unconfirmed since the completion", () => {
  for (const older of [runtime(before(4 * HOUR), "ricky"), runtime(before(4 * HOUR)), runtime(null)]) {
    expect(show({ agent: LIVE, request: done, runtimes: [older] })).toMatchObject({
      state: "unconfirmed",
      group: "live",
      label: "Live · unconfirmed since 15:00",
    });
  }
  expect(show({ agent: LIVE, request: done })).toMatchObject({ label: "Live · unconfirmed since 15:00" });
});

test("provisioned, executor away: Live, unconfirmed since it was last seen, whatever its list says", () => {
  for (const list of [FRESH, FRESH_WITHOUT]) {
    expect(show({ agent: LIVE, request: done, executors: [AWAY], runtimes: [list] })).toMatchObject({
      state: "unconfirmed",
      label: "Live · unconfirmed since 14:00",
      detail: "Studio was last seen 3 h ago",
    });
  }
});

test("no request ever, in a runtime list: Live, and Adopt", () => {
  expect(show({ runtimes: [FRESH] })).toMatchObject({
    state: "adoptable",
    group: "live",
    label: "Live",
    action: { kind: "adopt", label: "Adopt", executorId: FRESH.executor_id, agentId: "ricky" },
  });
});

test("no request ever, not in a runtime list or none known: Not on this Mac, and Provision", () => {
  for (const runtimes of [[FRESH_WITHOUT], []]) {
    expect(show({ runtimes })).toMatchObject({
      state: "absent",
      label: "Not on this Mac",
      action: { kind: "provision", label: "Provision" },
    });
  }
});

test.each(["queued", "running"])("set_identity %s: Live, saving identity", (status) => {
  expect(show({ agent: LIVE, request: request({ kind: "set_identity", status }) })).toMatchObject({
    state: "saving_identity",
    group: "live",
    label: "Live · saving identity",
  });
});

test("set_identity failed: Live, identity not saved, and Retry", () => {
  expect(show({ agent: LIVE, request: failedWith("openclaw_failed", "set_identity") })).toMatchObject({
    state: "identity_failed",
    group: "attention",
    label: "Live · identity not saved",
    detail: "It broke because of X",
    action: { kind: "retry", label: "Retry" },
  });
});

test.each(["queued", "running"])("deprovision %s: Removing", (status) => {
  expect(show({ agent: LIVE, request: request({ kind: "deprovision", status }) })).toMatchObject({
    state: "removing",
    group: "working",
    label: "Removing…",
  });
});

test.each(["set_identity", "deprovision", "adopt"])(
  "%s queued: says when its executor is away, or takes nothing",
  (kind) => {
    const open = request({ kind, status: "queued" });
    const problem = { code: "openclaw_missing", message: "There is no executable" };
    expect(show({ agent: LIVE, request: open, executors: [AWAY] }).detail).toBe("Studio was last seen 3 h ago");
    expect(show({ agent: LIVE, request: open, executors: [{ ...ALIVE, problem }] }).problem).toEqual(problem);
    const running = request({ kind, status: "running" });
    expect(show({ agent: LIVE, request: running, executors: [{ ...ALIVE, problem }] }).problem).toBeUndefined();
  },
);

test("deprovision failed: Live, removal failed, and Retry", () => {
  expect(show({ agent: LIVE, request: failedWith("openclaw_failed", "deprovision") })).toMatchObject({
    state: "removal_failed",
    group: "attention",
    label: "Live · removal failed",
    action: { kind: "retry", label: "Retry" },
  });
});

test("a removal that was taken back leaves the agent as it was", () => {
  expect(show({ agent: LIVE, request: failedWith("cancelled", "deprovision"), runtimes: [FRESH] }).state).toBe("live");
});

test("a set_identity that is done leaves the agent live", () => {
  const saved = request({ kind: "set_identity", status: "done" });
  expect(show({ agent: LIVE, request: saved, runtimes: [FRESH] }).state).toBe("live");
});

test("an executor is alive for 90 s", () => {
  const seen = (seconds: number) => show({ request: queued, executors: [{ ...ALIVE, last_seen_at: before(seconds) }] });
  expect(seen(89.9).state).toBe("queued");
  expect(seen(90)).toMatchObject({ state: "waiting", label: "Waiting for Studio · last seen 1 min ago" });
  expect(seen(-5).state).toBe("queued");
});

test("provision queued, executor alive but not fit: Waiting, with what is wrong there", () => {
  const problem = {
    code: "openclaw_missing",
    message: "There is no executable",
    hint: "Install it",
    since: before(60),
  };
  const unfit = { ...ALIVE, problem };
  expect(show({ request: queued, executors: [unfit] })).toEqual({
    state: "waiting",
    group: "waiting",
    tone: "warning",
    label: "Waiting for Studio · OpenClaw cannot be started",
    problem: { code: "openclaw_missing", message: "There is no executable", hint: "Install it" },
  });
  expect(show({ request: queued, executors: [{ ...unfit, problem: { ...problem, code: "later" } }] }).label).toBe(
    "Waiting for Studio · it takes no requests",
  );
  // What it said before it went away is not what it is waited for.
  expect(show({ request: queued, executors: [{ ...AWAY, problem }] }).label).toBe(
    "Waiting for Studio · last seen 3 h ago",
  );
  const unbound = { agent: { ...RICKY, executor_id: null }, request: { ...queued, executor_id: null } };
  const other = { ...ALIVE, id: "m2" };
  expect(show({ ...unbound, executors: [unfit, other] }).state).toBe("queued");
  expect(show({ ...unbound, executors: [unfit, { ...other, problem }] }).state).toBe("waiting");
  expect(show({ request: queued, executors: [{ ...ALIVE, problem: "of no form" }] }).state).toBe("queued");
});

test("a request bound to an executor waits for that one, and an unbound one for any", () => {
  const other = { ...ALIVE, id: "m2", display_name: "Loft" };
  const executors = [AWAY, other];
  expect(show({ request: queued, executors }).label).toBe("Waiting for Studio · last seen 3 h ago");

  const unbound = { agent: { ...RICKY, executor_id: null }, request: { ...queued, executor_id: null } };
  expect(show({ ...unbound, executors }).state).toBe("queued");
  expect(show({ ...unbound, executors: [AWAY, { ...other, last_seen_at: before(2 * HOUR) }] }).label).toBe(
    "Waiting for Mac mini · last seen 2 h ago",
  );
  expect(show({ ...unbound, executors: [AWAY] }).label).toBe("Waiting for Studio · last seen 3 h ago");
});

test("without a name of its own, and before it ever reported, the executor is called Mac mini", () => {
  expect(show({ request: queued, executors: [{ ...AWAY, display_name: "m1" }] }).label).toBe(
    "Waiting for Mac mini · last seen 3 h ago",
  );
  expect(show({ request: queued, executors: [] })).toMatchObject({
    state: "waiting",
    label: "Waiting for Mac mini",
    detail: "No executor has reported yet",
  });
});

test("the step goes from the first to the last, also between two steps", () => {
  const label = (progress: unknown) => show({ request: request({ status: "running", progress }) }).label;
  const finished = STEPS_OF.provision.map((step) => ({ step, state: "done", ms: 1 }));
  expect([0, 1, 2, 3, 4].map((count) => label(finished.slice(0, count)))).toEqual(
    [1, 2, 3, 4, 4].map((step) => `Provisioning… · step ${step} of 4`),
  );
  expect(label([...finished.slice(0, 3), { step: "verify", state: "running" }])).toBe("Provisioning… · step 4 of 4");
  for (const broken of [null, {}, ["?"], "text"]) expect(label(broken)).toBe("Provisioning… · step 1 of 4");
});

test("a second attempt says so", () => {
  expect(show({ request: request({ attempts: 1 }) }).detail).toBe(
    "Attempt 1 of 3 did not finish, the next one follows",
  );
  expect(show({ request: request({ status: "running", attempts: 2 }) }).detail).toBe("Attempt 2 of 3");
});

test("every error code has words that fit a badge, and an unreadable result does too", () => {
  for (const code of ERROR_CODES) {
    const { label } = show({ request: failedWith(code) });
    expect(label.length, label).toBeLessThanOrEqual(40);
    expect(label).not.toContain("_");
  }
  for (const result of [null, "boom", { code: 7 }, { code: "of a later version", message: "Boom" }]) {
    expect(show({ request: request({ status: "error", result }) }).label).toBe("Failed: unknown reason");
  }
});

test("a completion whose agent row has not arrived yet never looks absent", () => {
  expect(show({ agent: RICKY, request: done, runtimes: [FRESH] }).state).toBe("live");
});

test("an agent provisioned longer ago than requests are kept is live while it is listed", () => {
  expect(show({ agent: LIVE, request: null, runtimes: [FRESH] }).state).toBe("live");
  expect(show({ agent: LIVE, request: null, runtimes: [FRESH_WITHOUT] }).state).toBe("missing");
  expect(show({ agent: LIVE, request: null }).label).toBe("Live · unconfirmed");
});

test("another executor's list says nothing about this one", () => {
  const elsewhere = { ...FRESH, executor_id: "m2" };
  expect(show({ agent: LIVE, request: done, runtimes: [elsewhere] }).state).toBe("unconfirmed");
});

test("the main agent is the one that OpenClaw lists as its default", () => {
  const main = { agent_key: "agent:main:main", agent_id_short: null, provisioned: false, executor_id: null };
  expect(show({ agent: main, runtimes: [FRESH_WITHOUT] }).state).toBe("adoptable");
  expect(show({ agent: { ...main, agent_key: "trunks" }, runtimes: [FRESH_WITHOUT] }).state).toBe("adoptable");
  expect(show({ agent: main, runtimes: [runtime(before(HOUR), "ricky")] }).state).toBe("absent");
});

test("an agent of an older dashboard is looked up by the id in its key", () => {
  expect(show({ agent: { ...RICKY, agent_id_short: null }, runtimes: [FRESH] }).state).toBe("adoptable");
});

test("a list that is not one counts as empty", () => {
  for (const agents of [null, "x", {}, [1]]) {
    const runtimes = [{ executor_id: "m1", agents, published_at: before(HOUR) }];
    expect(show({ runtimes }).state).toBe("absent");
  }
});

test("the groups have an order and labels of their own", () => {
  expect(BADGE_GROUPS.map(({ label }) => label)).toEqual([
    "Live",
    "Working on it",
    "Waiting",
    "Needs attention",
    "Not on a Mac",
  ]);
});

test("adoption: taking over, what came of it, and live once it is done", () => {
  const adoption = (about: Partial<Request>) => request({ kind: "adopt", ...about });
  for (const status of ["queued", "running"]) {
    expect(show({ request: adoption({ status }) })).toEqual({
      ...{ state: "adopting", group: "working", tone: "info", label: "Taking over…" },
    });
  }
  expect(show({ request: adoption({ status: "queued" }), executors: [AWAY] }).detail).toBe(
    "Studio was last seen 3 h ago",
  );
  expect(show({ request: failedWith("workspace_elsewhere", "adopt"), runtimes: [FRESH] })).toEqual({
    ...{ state: "adoption_failed", group: "attention", tone: "warning", label: "Not taken over: folder is elsewhere" },
    ...{ detail: "It broke because of X", action: { kind: "retry", label: "Retry" } },
  });
  expect(show({ request: failedWith("cancelled", "adopt"), runtimes: [FRESH] }).state).toBe("adoptable");
  expect(show({ request: adoption({ status: "done" }), runtimes: [FRESH] }).state).toBe("live");
});

test("a removal that failed for an agent that never became live does not call it live", () => {
  expect(show({ request: failedWith("still_in_runtime", "deprovision") }).label).toBe("Removal failed");
  expect(show({ agent: LIVE, request: failedWith("still_in_runtime", "deprovision") }).label).toBe(
    "Live · removal failed",
  );
});
