import type { Page } from "playwright-core";
import { FLEET, MACHINES } from "./fleet.ts";
import type { Member, MemberRequest } from "./insert-agents.ts";
import { FUNCTION, refuse, type Scene, seen } from "./scene.ts";

const page = (id: string) => `/agents/agent%3A${id}%3Amain`;
const RICKY = page("ricky");

/** The fleet, with something asked for Ricky, who is live. */
const asked = (request: MemberRequest, changes: Partial<Member> = {}): Member[] =>
  FLEET.map((one) =>
    one.id === "ricky" ? { ...one, ...(one.request && { earlier: [one.request] }), ...changes, request } : one,
  );

const REMOVING: MemberRequest = {
  ...{ kind: "deprovision", status: "running", minutesAgo: 0.1, attempts: 1 },
  progress: [
    { step: "workspace", state: "done", ms: 180 },
    { step: "remove", state: "running" },
  ],
};

const dialog = (at: Page) => at.getByRole("dialog");

async function openEdit(at: Page): Promise<void> {
  await at.getByRole("button", { name: /^Edit/ }).click();
  await dialog(at).getByLabel("Name").waitFor();
}

async function openRemoval(at: Page): Promise<void> {
  await at.getByRole("button", { name: "Remove agent" }).click();
  await dialog(at).getByRole("textbox").waitFor();
}

async function openMove(at: Page): Promise<void> {
  await at.getByRole("button", { name: "Move to another Mac" }).click();
  await dialog(at).getByLabel("To").waitFor();
}

/** The rest of an agent's life: another name, another Mac, and its end. */
export const AGENT_SCENES: readonly Scene[] = [
  { name: "agent-edit", path: RICKY, reach: openEdit },
  {
    name: "agent-edit-wrong",
    path: RICKY,
    async reach(at) {
      await openEdit(at);
      await dialog(at).getByLabel("Name").fill("");
      await seen(at, "Give the agent a name");
    },
  },
  {
    name: "agent-edit-refused",
    path: RICKY,
    meets: (at) =>
      refuse(at, FUNCTION, 409, {
        error: {
          code: "request_open",
          message: "OpenClaw is being told of this agent right now",
          hint: "Wait for that to end, then change the agent",
        },
      }),
    async reach(at) {
      await openEdit(at);
      await dialog(at).getByLabel("Name").fill("Ricky the Second");
      await at.keyboard.press("Enter");
      await dialog(at).getByRole("alert").waitFor();
    },
  },
  {
    name: "agent-saving-identity",
    path: RICKY,
    members: asked({
      ...{ kind: "set_identity", status: "running", minutesAgo: 0.1, attempts: 1 },
      progress: [
        { step: "workspace", state: "done", ms: 90 },
        { step: "identity", state: "running" },
      ],
    }),
    reach: (at) => seen(at, "Saving name and emoji"),
  },
  {
    name: "agent-identity-failed",
    path: RICKY,
    members: asked({
      ...{ kind: "set_identity", status: "error", minutesAgo: 3, attempts: 3 },
      progress: [
        { step: "workspace", state: "done", ms: 90 },
        { step: "identity", state: "error", ms: 1890 },
      ],
      result: {
        code: "openclaw_failed",
        message: "openclaw agents set-identity refused: the configuration file is locked by another process",
        hint: "Close the other OpenClaw and retry",
        step: "identity",
        attempts: 3,
      },
    }),
    reach: (at) => seen(at, "Name and emoji not saved"),
  },
  { name: "agent-adoptable", path: page("quill"), reach: (at) => at.getByRole("button", { name: /^Adopt/ }).waitFor() },
  {
    name: "agent-adopting",
    path: page("quill"),
    members: FLEET.map((one) =>
      one.id === "quill" ? { ...one, request: { kind: "adopt", status: "queued", minutesAgo: 0.05 } } : one,
    ),
    reach: (at) => seen(at, "Adopting"),
  },
  { name: "agent-move", path: page("orbit"), reach: openMove },
  {
    name: "agent-move-refused",
    path: RICKY,
    meets: (at) =>
      refuse(at, `${FUNCTION}/provision`, 409, {
        error: {
          code: "agent_live",
          message: "No list of its executor says that this agent is missing there",
          hint: "Ask the executor for a new list, and try again when that lacks the agent",
        },
      }),
    async reach(at) {
      await openMove(at);
      await dialog(at)
        .getByRole("button", { name: /^Move to/ })
        .click();
      await dialog(at).getByRole("alert").waitFor();
    },
  },
  {
    name: "agent-danger-zone",
    path: RICKY,
    reach: (at) => at.getByRole("button", { name: "Remove agent" }).scrollIntoViewIfNeeded(),
  },
  { name: "agent-remove", path: RICKY, reach: openRemoval },
  {
    name: "agent-remove-confirmed",
    path: page("orbit"),
    async reach(at) {
      await openRemoval(at);
      await dialog(at).getByRole("textbox").fill("Orbit");
    },
  },
  { name: "agent-remove-long-name", path: page("wilhelmina"), reach: openRemoval },
  { name: "agent-removing", path: RICKY, members: asked(REMOVING), reach: (at) => seen(at, "Removing from OpenClaw") },
  {
    name: "agent-removing-away",
    path: RICKY,
    machines: MACHINES.map((machine) => ({ ...machine, lastSeenMinutesAgo: 190 })),
    members: asked({ kind: "deprovision", status: "queued", minutesAgo: 25 }),
    reach: (at) => seen(at, "Removing"),
  },
  {
    name: "agent-removal-failed",
    path: RICKY,
    members: asked({
      ...{ kind: "deprovision", status: "error", minutesAgo: 3, attempts: 3 },
      progress: [{ step: "workspace", state: "error", ms: 120 }],
      result: {
        code: "workspace_elsewhere",
        message: "OpenClaw says that the agent lives in another folder than it was given",
        hint: "Look at openclaw agents list on the Mac mini",
        step: "workspace",
        attempts: 1,
      },
    }),
    reach: (at) => seen(at, "Removal failed"),
  },
  {
    name: "agent-removed",
    path: RICKY,
    members: asked(
      {
        ...{ kind: "deprovision", status: "done", minutesAgo: 2, attempts: 1 },
        result: {
          ...{ agentId: "ricky", workspaceDir: "~/.openclaw/workspace-ricky", openclawVersion: "2026.9.6" },
          ...{ workspace: "trashed", steps: [] },
        },
      },
      { isGone: true },
    ),
    reach: (at) => seen(at, "Removing Ricky was asked for"),
  },
  {
    name: "agent-main",
    path: page("main"),
    members: [...FLEET, { id: "main", emoji: "🦞", name: "Trunks", role: "OpenClaw's own", machine: "mini" }],
    reach: (at) => seen(at, /OpenClaw's own agent/),
  },
];
