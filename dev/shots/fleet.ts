import type { DoneResult } from "#contract";
import type { Machine, Member } from "./insert-agents.ts";

export const MACHINES: readonly Machine[] = [
  { id: "mini", name: "Mac mini", lastSeenMinutesAgo: 0 },
  { id: "studio", name: "Mac Studio", lastSeenMinutesAgo: 190 },
];

/** There, and not fit to work. */
export const UNFIT: readonly Machine[] = [
  {
    ...{ id: "mini", name: "Mac mini", lastSeenMinutesAgo: 0 },
    problem: {
      code: "openclaw_missing",
      message: "There is no executable at /opt/homebrew/bin/openclaw",
      hint: "Install OpenClaw, or set OPENCLAW_BIN to its executable and restart the executor",
    },
  },
];

const done = (id: string): DoneResult => ({
  agentId: id,
  workspaceDir: `/Users/mini/.openclaw/workspace-${id}`,
  openclawVersion: "2026.9.6",
  steps: [
    { step: "workspace", ms: 340 },
    { step: "add", ms: 4210 },
    { step: "identity", ms: 3980 },
    { step: "verify", ms: 2110 },
  ],
});

const live = (id: string, emoji: string, name: string, role: string, minutesAgo: number): Member => ({
  ...{ id, emoji, name, role, machine: "mini", provisioned: true, listed: true },
  request: { status: "done", minutesAgo, result: done(id), attempts: 1 },
});

/** One agent in every state that a badge can name, and some that are simply live. */
export const FLEET: readonly Member[] = [
  live("ricky", "🦊", "Ricky", "Answers the phone and takes messages", 60 * 26),
  {
    ...{ id: "inkwell", emoji: "🐙", name: "Inkwell", role: "Writes the documentation", machine: "mini" },
    request: {
      status: "running",
      minutesAgo: 0.1,
      progress: [
        { step: "workspace", state: "done", ms: 340 },
        { step: "add", state: "running" },
      ],
      attempts: 1,
    },
  },
  live("ada", "🔬", "Ada", "Research analyst", 60 * 50),
  {
    ...{ id: "juniper", emoji: "🌿", name: "Juniper", role: "Keeps the data tidy", machine: "mini" },
    request: { status: "queued", minutesAgo: 0.05 },
  },
  {
    ...{ id: "marlow", emoji: "🕵️", name: "Marlow", role: "Looks into incidents", machine: "mini" },
    request: {
      status: "error",
      minutesAgo: 12,
      progress: [
        { step: "workspace", state: "done", ms: 310 },
        { step: "add", state: "error", ms: 1890 },
      ],
      result: {
        code: "openclaw_failed",
        message: "openclaw agents add refused: the configuration file is locked by another process",
        hint: "Close the other OpenClaw and retry",
        step: "add",
        attempts: 3,
      },
      attempts: 3,
    },
  },
  live("comet", "☄️", "Comet", "Release manager", 60 * 90),
  {
    ...{ id: "atlas", emoji: "🗺️", name: "Atlas", role: "Plans the routes", machine: "studio" },
    request: { status: "queued", minutesAgo: 25 },
  },
  { ...live("pixel", "🎨", "Pixel", "Reviews designs", 60 * 200), listed: false },
  { ...live("orbit", "🛰️", "Orbit", "Watches the telemetry", 60 * 300), machine: "studio" },
  { id: "quill", emoji: "🪶", name: "Quill", role: "Edits the changelog", machine: "mini", listed: true },
  { id: "moss", emoji: "🌱", name: "Moss", role: "", machine: "mini" },
  {
    ...{ id: "robin", emoji: "🐦", name: "Robin", role: "Sends the newsletter", machine: "mini" },
    request: {
      status: "error",
      minutesAgo: 300,
      result: { code: "cancelled", message: "This request was cancelled before it was carried out", attempts: 0 },
    },
  },
  live(
    "wilhelmina",
    "👩‍🚀",
    "Wilhelmina Featherstonehaugh-Cholmondeley of Saffron Walden",
    "Reads every paper on long-duration spaceflight, and writes one paragraph about each for the Monday meeting",
    60 * 400,
  ),
];

/** Many agents, most of them live: `agent-007`, with a role that a search can find. */
export function makeCrowd(count: number): Member[] {
  const roles = ["Research analyst", "Support triage", "Release manager", "Data steward", "Incident scout"];
  const emoji = ["🔬", "🦊", "☄️", "🌿", "🕵️"];
  return Array.from({ length: count }, (_, index) => {
    const id = `agent-${String(index).padStart(3, "0")}`;
    const name = `Agent ${String(index).padStart(3, "0")}`;
    return live(id, emoji[index % 5] ?? "🤖", name, roles[index % 5] ?? "", 60 + index);
  });
}
