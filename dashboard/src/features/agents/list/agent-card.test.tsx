import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { expect, test } from "vitest";
import { render } from "vitest-browser-react";
import { exampleAgent, exampleExecutor, exampleRequest, exampleRuntime } from "../../../lib/fleet/example-rows.ts";
import type { AgentRow, RequestRow } from "../../../lib/fleet/rows.ts";
import { Toaster } from "../../../ui/toaster.tsx";
import { createViewMaker } from "../agent-views.ts";
import { AgentCard } from "./agent-card.tsx";

const NOW = new Date("2026-03-01T12:00:00Z");
const minutesAgo = (minutes: number) => new Date(NOW.getTime() - minutes * 60_000).toISOString();

const AGENT = exampleAgent({ created_at: minutesAgo(90) });
const REQUEST = exampleRequest({ requested_at: minutesAgo(1) });
const DONE = { status: "done", completed_at: minutesAgo(1) };
const REFUSED = { code: "openclaw_failed", message: "The configuration is locked", attempts: 3 };

type Case = {
  request?: Partial<RequestRow>;
  agent?: Partial<AgentRow>;
  /** The Mac mini was seen that long ago. */
  seen?: number;
  listed?: boolean;
  /** What the Mac mini says of itself. */
  problem?: { code: string; message: string };
  says: (string | RegExp)[];
  button?: string;
  isViewer?: boolean;
};

const cases: [string, Case][] = [
  ["is queued", { request: {}, says: ["Queued", "4 steps"] }],
  ["waits for its Mac", { request: {}, seen: 190, says: ["Waiting for Mac mini", "Last seen 3 h ago"] }],
  [
    "waits for a Mac that is there but not fit",
    {
      request: {},
      problem: { code: "openclaw_missing", message: "There is no executable" },
      says: ["Waiting for Mac mini", "OpenClaw cannot be started"],
    },
  ],
  [
    "waits for its turn in OpenClaw",
    {
      request: { status: "running", progress: [{ step: "add", state: "running", waits: true }] },
      says: ["Provisioning…", "Waiting to add to OpenClaw", "2 of 4"],
    },
  ],
  [
    "is being set up",
    {
      request: {
        status: "running",
        progress: [
          { step: "workspace", state: "done", ms: 9 },
          { step: "add", state: "running" },
        ],
      },
      says: ["Provisioning…", "Adding to OpenClaw", "2 of 4"],
    },
  ],
  [
    "was being set up when its Mac fell asleep",
    {
      request: { status: "running", progress: [{ step: "workspace", state: "running" }] },
      seen: 190,
      says: ["Waiting for Mac mini", "Last seen 3 h ago", "1 of 4"],
    },
  ],
  [
    "failed",
    {
      request: { status: "error", result: REFUSED },
      says: ["Failed: OpenClaw refused", "The configuration is locked"],
      button: "Retry Ricky",
    },
  ],
  [
    "was cancelled",
    {
      request: { status: "error", result: { ...REFUSED, code: "cancelled" } },
      says: ["Cancelled"],
      button: "Provision Ricky",
    },
  ],
  [
    "failed, to somebody who may only look,",
    { request: { status: "error", result: REFUSED }, says: ["Failed: OpenClaw refused", "Mac mini"], isViewer: true },
  ],
  ["is live", { request: DONE, agent: { provisioned: true }, listed: true, says: ["Live"] }],
  [
    "is missing",
    { request: DONE, agent: { provisioned: true }, says: ["Missing on Mac mini"], button: "Provision again Ricky" },
  ],
  ["is unconfirmed", { request: DONE, agent: { provisioned: true }, seen: 190, says: ["Live · unconfirmed"] }],
  ["is on no Mac", { says: ["Not on this Mac"], button: "Provision Ricky" }],
  ["is in OpenClaw already", { listed: true, says: ["Live"], button: "Adopt Ricky" }],
];

test.for(cases)(
  "the card of an agent that %s says so",
  async ([, { request, agent, seen = 0, listed, problem = null, says, button, isViewer = false }]) => {
    const runtime = listed ? [{ id: "ricky", name: "Ricky", emoji: "🦊", workspace: "/w", isDefault: false }] : [];
    const [view] = createViewMaker()(
      {
        agents: [{ ...AGENT, ...agent }],
        requests: request ? [{ ...REQUEST, ...request }] : [],
        executors: [exampleExecutor({ last_seen_at: minutesAgo(seen), problem })],
        runtimes: [exampleRuntime({ agents: runtime, published_at: minutesAgo(seen) })],
      },
      NOW,
    );
    if (view === undefined) throw new Error("No view");
    const screen = await render(
      <QueryClientProvider client={new QueryClient()}>
        <Toaster>
          <AgentCard view={view} hasManyProjects={false} mayChange={!isViewer} isTabStop />
        </Toaster>
      </QueryClientProvider>,
    );
    const link = screen.getByRole("link", { name: "Ricky" });
    await expect.element(link).toHaveAttribute("href", "/agents/agent%3Aricky%3Amain");
    for (const words of says) await expect.element(screen.getByText(words, { exact: true })).toBeVisible();
    const buttons = screen.getByRole("button").elements();
    expect(buttons.map((button) => button.getAttribute("aria-label"))).toEqual(button === undefined ? [] : [button]);
  },
);
