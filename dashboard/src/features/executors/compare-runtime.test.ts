import { expect, test } from "vitest";
import type { RuntimeAgent } from "#contract";
import { exampleAgent, exampleExecutor, exampleRequest, exampleRuntime } from "../../lib/fleet/example-rows.ts";
import { newestRequests } from "../../lib/fleet/newest-requests.ts";
import type { AgentRow, ProjectRow, RequestRow } from "../../lib/fleet/rows.ts";
import { type ComparedAgent, compareRuntime } from "./compare-runtime.ts";

const NOW = new Date("2026-03-01T12:00:00Z");
const minutesAgo = (minutes: number) => new Date(NOW.getTime() - minutes * 60_000).toISOString();

const LISTED: RuntimeAgent = {
  ...{ id: "ricky", name: "Ricky", emoji: "🦊", isDefault: false },
  workspace: "~/.openclaw/workspace-ricky",
};
const MAIN: RuntimeAgent = {
  ...LISTED,
  ...{ id: "boss", name: "Boss", emoji: "", isDefault: true, workspace: "~/.openclaw/workspace" },
};
const LIVE = exampleAgent({ provisioned: true });
const DONE = exampleRequest({ status: "done", completed_at: minutesAgo(60) });
const FAILED = (code: string) =>
  exampleRequest({ status: "error", result: { code, message: "It broke", attempts: 3 } });
const FRONT: ProjectRow = { id: "front-office", name: "Front Office" };
const BACK: ProjectRow = { id: "back-office", name: "Back Office" };

type Case = {
  agents?: readonly AgentRow[];
  requests?: readonly RequestRow[];
  list?: readonly RuntimeAgent[];
  /** How many minutes ago the list was made; null: never. */
  listed?: number | null;
  /** How many minutes ago the executor was seen. */
  seen?: number;
  projects?: readonly ProjectRow[];
  changeable?: readonly ProjectRow[];
};

function compare(about: Case): ComparedAgent[] {
  const {
    agents = [],
    requests = [],
    list = [],
    listed = 0,
    seen = 0,
    projects = [FRONT],
    changeable = projects,
  } = about;
  const executor = exampleExecutor({ last_seen_at: minutesAgo(seen), workspace_root: "~/.openclaw/" });
  return compareRuntime({
    ...{ executor, agents, projects, now: NOW },
    newest: newestRequests(requests),
    executors: [executor, exampleExecutor({ id: "studio", display_name: "Studio", last_seen_at: minutesAgo(0) })],
    runtimes: listed === null ? [] : [exampleRuntime({ agents: list, published_at: minutesAgo(listed) })],
    mayChange: (id) => changeable.some((project) => project.id === id),
  });
}

/** State, what can be done, and what is said of it. */
const words = ({ state, action, note }: ComparedAgent) => [state, action?.kind, note];

const rows: [string, Case, [string, string | undefined, string | undefined]][] = [
  ["live and listed", { agents: [LIVE], requests: [DONE], list: [LISTED] }, ["in_sync", undefined, undefined]],
  [
    "live by its request, and not yet by its row",
    { agents: [exampleAgent()], requests: [DONE], list: [LISTED] },
    ["in_sync", undefined, undefined],
  ],
  [
    "still there because its removal failed",
    { agents: [LIVE], requests: [{ ...FAILED("openclaw_failed"), kind: "deprovision" }], list: [LISTED] },
    ["in_sync", "retry", "Live · removal failed"],
  ],
  [
    "renamed in OpenClaw",
    { agents: [LIVE], requests: [DONE], list: [{ ...LISTED, name: "Rick", emoji: "🐺" }] },
    ["in_sync", undefined, "OpenClaw calls it 🐺 “Rick”"],
  ],
  [
    "without an emoji in OpenClaw",
    { agents: [LIVE], requests: [DONE], list: [{ ...LISTED, emoji: "" }] },
    ["in_sync", undefined, undefined],
  ],
  [
    "listed by an executor that is away",
    { agents: [LIVE], requests: [DONE], list: [LISTED], seen: 60, listed: 60 },
    ["in_sync", undefined, undefined],
  ],
  [
    "not saved under its new name",
    { agents: [LIVE], requests: [{ ...FAILED("openclaw_failed"), kind: "set_identity" }], list: [LISTED] },
    ["in_sync", "retry", "Live · identity not saved"],
  ],
  [
    "live and not listed any more",
    { agents: [LIVE], requests: [DONE] },
    ["only_here", "provision", "OpenClaw does not list it any more"],
  ],
  [
    "not in the last list of an executor that is away",
    { agents: [LIVE], requests: [DONE], seen: 50, listed: 50 },
    ["only_here", undefined, "The last list lacks it"],
  ],
  [
    "newer than the list",
    { agents: [LIVE], requests: [DONE], listed: 61 },
    ["on_its_way", undefined, "No list since it was set up"],
  ],
  [
    "live where no list ever came",
    { agents: [LIVE], requests: [DONE], listed: null },
    ["on_its_way", undefined, "No list since it was set up"],
  ],
  ["bound and never set up", { agents: [exampleAgent()] }, ["only_here", "provision", "Never set up"]],
  [
    "not set up because OpenClaw refused",
    { agents: [exampleAgent()], requests: [FAILED("openclaw_failed")] },
    ["only_here", "retry", "Failed: OpenClaw refused"],
  ],
  ["queued", { agents: [exampleAgent()], requests: [exampleRequest()] }, ["on_its_way", undefined, "Queued"]],
  [
    "being removed",
    {
      agents: [LIVE],
      requests: [exampleRequest({ kind: "deprovision", status: "running" })],
      list: [LISTED],
    },
    ["on_its_way", undefined, "Removing…"],
  ],
  [
    "being adopted",
    { agents: [exampleAgent()], requests: [exampleRequest({ kind: "adopt" })], list: [LISTED] },
    ["on_its_way", undefined, "Taking over…"],
  ],
  [
    "being renamed",
    { agents: [LIVE], requests: [exampleRequest({ kind: "set_identity" })], list: [{ ...LISTED, name: "Rick" }] },
    ["on_its_way", undefined, "Live · saving identity · OpenClaw calls it “Rick”"],
  ],
  ["only in OpenClaw", { list: [LISTED] }, ["only_there", "adopt", "Not set up from here"]],
  ["OpenClaw's own", { list: [MAIN] }, ["only_there", "adopt", undefined]],
  [
    "OpenClaw's own, and known here under its key",
    { agents: [exampleAgent({ agent_key: "agent:main:main", agent_id_short: "main" })], list: [MAIN] },
    ["only_there", "adopt", "Not adopted yet"],
  ],
  [
    "OpenClaw's own, and in no list",
    { agents: [exampleAgent({ agent_key: "agent:main:main", agent_id_short: "main" })] },
    ["only_here", undefined, "Never set up"],
  ],
  [
    "in a row that is bound to nobody",
    { agents: [exampleAgent({ executor_id: null })], list: [LISTED] },
    ["only_there", "adopt", "Not adopted yet"],
  ],
  [
    "in the way of a set-up",
    { agents: [exampleAgent()], requests: [FAILED("agent_id_taken")], list: [LISTED] },
    ["only_there", "adopt", "Failed: id is taken"],
  ],
  [
    "half set up",
    { agents: [exampleAgent()], requests: [FAILED("step_timeout")], list: [LISTED] },
    ["only_there", "retry", "Failed: took too long"],
  ],
  [
    "kept in another folder",
    { list: [{ ...LISTED, workspace: "~/work/ricky" }] },
    ["only_there", undefined, "Cannot be adopted: its folder is ~/work/ricky, not ~/.openclaw/workspace-ricky"],
  ],
  [
    "under an id that nobody may have here",
    { list: [{ ...LISTED, id: "Ricky" }] },
    ["only_there", undefined, "Cannot be adopted: its id is not one that an agent may have here"],
  ],
  [
    "there, while the project's own of that id lives elsewhere",
    { agents: [{ ...LIVE, executor_id: "studio" }], list: [LISTED] },
    ["only_there", undefined, "Cannot be adopted: Ricky has this id on Studio"],
  ],
  [
    "there, while the project's own of that id is about to be elsewhere",
    {
      agents: [exampleAgent({ executor_id: "studio" })],
      requests: [exampleRequest({ executor_id: "studio" })],
      list: [LISTED],
    },
    ["only_there", undefined, "Cannot be adopted: Ricky has this id on Studio"],
  ],
  [
    "OpenClaw's own, while the project has that of another executor",
    {
      agents: [{ ...LIVE, agent_key: "agent:main:main", agent_id_short: "main", name: "Chief", executor_id: "studio" }],
      list: [MAIN],
    },
    ["only_there", undefined, "Cannot be adopted: Chief has this id on Studio"],
  ],
  [
    "only there, for somebody who may only look",
    { list: [LISTED], changeable: [] },
    ["only_there", undefined, "Not set up from here"],
  ],
  [
    "missing, for somebody who may only look",
    { agents: [LIVE], requests: [DONE], changeable: [] },
    ["only_here", undefined, "OpenClaw does not list it any more"],
  ],
];

test.for(rows)("an agent that is %s", ([, about, expected]) => {
  expect(compare(about).map(words)).toEqual([expected]);
});

test("an agent of another executor, or bound to none and not listed, is not on this one", () => {
  const agents = [
    { ...LIVE, executor_id: "studio" },
    exampleAgent({ id: "2", executor_id: null, agent_key: "agent:ada:main" }),
  ];
  expect(compare({ agents })).toEqual([]);
});

test("adoption is offered for each project that may be changed and has no such agent", () => {
  const third = { id: "third", name: "Third" };
  const agents = [{ ...LIVE, executor_id: "studio" }];
  const [compared] = compare({ agents, list: [LISTED], projects: [FRONT, BACK, third], changeable: [FRONT, BACK] });
  expect(compared?.action).toEqual({ kind: "adopt", agentId: "ricky", projects: [BACK] });
});

test("an agent that a project knows is adopted into that one", () => {
  const [compared] = compare({ agents: [exampleAgent()], list: [LISTED], projects: [BACK, FRONT] });
  expect(compared?.action).toEqual({ kind: "adopt", agentId: "ricky", projects: [FRONT] });
});

test("of two projects' agents with one id the live one is the one that is listed", () => {
  const other = exampleAgent({ id: "0", project_id: "back-office" });
  const compared = compare({ agents: [other, LIVE], requests: [DONE], list: [LISTED] });
  expect(compared.map(({ agent, state }) => [agent?.project_id, state])).toEqual([
    ["back-office", "only_here"],
    ["front-office", "in_sync"],
  ]);
});

test("what is only here is as bad as its badge says", () => {
  const tones = (about: Case) => compare(about).map(({ tone }) => tone);
  expect(tones({ agents: [LIVE], requests: [DONE] })).toEqual(["danger"]);
  expect(tones({ agents: [exampleAgent()] })).toEqual(["muted"]);
});

test("what asks for a person stands first", () => {
  const agents = [
    LIVE,
    exampleAgent({ id: "2", agent_key: "agent:ada:main", agent_id_short: "ada", name: "Ada", provisioned: true }),
    exampleAgent({ id: "3", agent_key: "agent:moss:main", agent_id_short: "moss", name: "Moss" }),
  ];
  const requests = [DONE, exampleRequest({ id: "r3", agent_key: "agent:moss:main" })];
  const compared = compare({ agents, requests, list: [LISTED, MAIN] });
  expect(compared.map(({ name, state }) => [name, state])).toEqual([
    ["Ada", "only_here"],
    ["Boss", "only_there"],
    ["Moss", "on_its_way"],
    ["Ricky", "in_sync"],
  ]);
});
