import type { Page } from "playwright-core";
import { PUBLIC_HOST } from "../browser/launch-options.ts";
import { FLEET } from "./fleet.ts";
import type { Member, MemberRequest } from "./insert-agents.ts";
import { FUNCTION, refuse, type Scene, seen } from "./scene.ts";

const VIEWER = { mode: "members", role: "viewer" } as const;
const INKWELL = "/agents/agent%3Ainkwell%3Amain";

/** The fleet, with one whose first step is under way and can still be called off. */
const atFirstStep = (changes: Partial<MemberRequest> = {}): Member[] =>
  FLEET.map((one) => (one.id === "inkwell" ? { ...one, request: { ...FIRST_STEP, ...changes } } : one));

const FIRST_STEP: MemberRequest = {
  status: "running",
  minutesAgo: 0.1,
  progress: [{ step: "workspace", state: "running" }],
  attempts: 1,
};

const cancelOf = (page: Page, name: string) => page.getByRole("button", { name: `Cancel ${name}` });

/** Who may do what, and calling off. */
export const ACCESS_SCENES: readonly Scene[] = [
  {
    name: "open-to-everyone",
    host: PUBLIC_HOST,
    async reach(page) {
      await seen(page, "This Hatchery is open");
      await seen(page, "Ricky");
    },
  },
  {
    name: "open-agent",
    host: PUBLIC_HOST,
    path: "/agents/agent%3Aricky%3Amain",
    reach: (page) => page.getByRole("heading", { name: "Activity" }).waitFor(),
  },
  {
    name: "viewer",
    access: VIEWER,
    async reach(page) {
      await seen(page, "View only");
      await seen(page, "Ricky");
    },
  },
  { name: "viewer-empty", access: VIEWER, members: [], machines: [], reach: (page) => seen(page, "View only") },
  {
    name: "viewer-agent-failed",
    access: VIEWER,
    path: "/agents/agent%3Amarlow%3Amain",
    reach: (page) => seen(page, /you may only look/),
  },
  {
    name: "account-menu",
    access: { mode: "members", role: "owner" },
    async reach(page) {
      await page.getByRole("button", { name: "Account" }).click();
      await seen(page, "Owner of Front Office");
    },
  },
  { name: "stranger", access: { mode: "members" }, reach: (page) => seen(page, "You are not a member of any project") },
  {
    name: "executor-account",
    meets: (page) =>
      page.route("**/rest/v1/access?**", (route) =>
        route.fulfill({
          json: { mode: "members", roles: {}, executor_id: "mini" },
          headers: { "access-control-allow-origin": "*" },
        }),
      ),
    reach: (page) => seen(page, "This account belongs to an executor"),
  },
  {
    name: "agent-first-step",
    path: INKWELL,
    members: atFirstStep(),
    reach: (page) => cancelOf(page, "Inkwell").waitFor(),
  },
  {
    name: "agent-openclaw-recovers",
    path: INKWELL,
    members: atFirstStep({
      progress: [
        { step: "workspace", state: "done", ms: 340 },
        {
          ...{ step: "add", state: "running" },
          note: "OpenClaw had to be killed, and needs up to 5 min until it can be written to",
        },
      ],
    }),
    reach: (page) => seen(page, /needs up to 5 min/),
  },
  {
    name: "agent-cancelling",
    path: INKWELL,
    members: atFirstStep({ isAskedToStop: true }),
    reach: (page) => seen(page, /^Cancelling/),
  },
  {
    name: "agent-cancelled-under-way",
    path: INKWELL,
    members: atFirstStep({
      status: "error",
      minutesAgo: 2,
      result: { code: "cancelled", message: "This request was cancelled before it was carried out", attempts: 1 },
    }),
    reach: (page) => seen(page, "Setting up Inkwell was cancelled"),
  },
  {
    name: "agent-cancel-too-late",
    path: INKWELL,
    members: atFirstStep(),
    meets: (page) =>
      refuse(page, FUNCTION, 409, {
        error: {
          code: "too_late",
          message: "OpenClaw is being changed already",
          hint: "Wait for it to end, then remove the agent if you do not want it",
        },
      }),
    async reach(page) {
      await cancelOf(page, "Inkwell").click();
      await seen(page, "Inkwell was not cancelled");
    },
  },
];
