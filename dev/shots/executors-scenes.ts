import type { DoctorFinding, RuntimeAgent } from "#contract";
import { FLEET, MACHINES, makeCrowd, UNFIT } from "./fleet.ts";
import type { Machine, Member } from "./insert-agents.ts";
import { type Scene, seen } from "./scene.ts";

const stranger = (id: string, name: string, emoji: string): RuntimeAgent => ({
  ...{ id, name, emoji, isDefault: false },
  workspace: `/Users/mini/.openclaw/workspace-${id}`,
});

/** Who is there without a row: OpenClaw's own, one that can be adopted, and one that cannot. */
const STRANGERS: readonly RuntimeAgent[] = [
  { id: "main", name: "main", emoji: "", isDefault: true, workspace: "/Users/mini/.openclaw/workspace" },
  stranger("scratch", "Scratch", "🧪"),
  { ...stranger("finance", "Finance", "📈"), workspace: "/Users/mini/work/finance" },
];

const withStrangers = (machines: readonly Machine[]): Machine[] =>
  machines.map((machine) => (machine.id === "mini" ? { ...machine, strangers: STRANGERS } : machine));

const AWAY: readonly Machine[] = [{ id: "mini", name: "Mac mini", lastSeenMinutesAgo: 190, isAskedForList: true }];

const WELL: readonly DoctorFinding[] = [
  { check: "node", level: "ok", message: "Node v24.16.0, /opt/homebrew/opt/node@24/bin/node" },
  { check: "state folder", level: "ok", message: "~/.hatchery can be written" },
  { check: "disk", level: "ok", message: "212 GiB are free for ~/.hatchery" },
  { check: "database", level: "ok", message: "The database answers in 41 ms" },
  { check: "credential", level: "ok", message: "Enrolled as mini" },
  { check: "contract", level: "ok", message: "Both keep version 1 of the contract" },
  { check: "openclaw config", level: "ok", message: "OpenClaw lists 9 agents" },
];

/** Of each kind; the last as long as the database takes one. */
const FINDINGS: readonly DoctorFinding[] = [
  {
    ...{ check: "sleep", level: "warn", hint: "sudo pmset -a sleep 0" },
    message: "This Mac sleeps after 10 minutes without anybody at it, and requests wait until it wakes",
  },
  ...WELL,
  {
    ...{ check: "permissions", level: "warn", hint: "chmod 700 ~/.hatchery" },
    message: "Others may read ~/.hatchery (mode 755)",
  },
  {
    ...{ check: "gateway", level: "warn" },
    message: "OpenClaw's gateway does not answer: agents are made all the same, about five times slower",
    hint: "openclaw gateway start, or, where it is not installed yet, openclaw gateway install",
  },
  {
    ...{ check: "openclaw", level: "fail", hint: "openclaw doctor, as the user of the executor" },
    message: `OpenClaw cannot list its agents: ${"/private/var/folders/zz/openclaw".repeat(14)}`,
  },
];

const withFindings = (findings: readonly DoctorFinding[], lastSeenMinutesAgo = 0): Partial<Scene> => ({
  machines: [{ id: "mini", name: "Mac mini", lastSeenMinutesAgo, findings }],
  members: FLEET.filter(isOnMini),
  async reach(page) {
    await page.getByRole("heading", { name: "Doctor" }).waitFor();
    await page.getByText("looked 12 min ago").waitFor();
    await page.getByRole("heading", { name: "Doctor" }).evaluate((title) => title.scrollIntoView({ block: "center" }));
  },
});

const isOnMini = ({ machine }: Member): boolean => machine === "mini";

/** The fleet, one of whom somebody renamed in OpenClaw. */
const MEMBERS = FLEET.map((member): Member => (member.id === "ada" ? { ...member, listedName: "Ada L." } : member));

const scene = (name: string, about: Partial<Scene>): Scene => ({
  name,
  path: "/executors",
  machines: withStrangers(MACHINES),
  members: MEMBERS,
  reach: (page) => page.getByRole("heading", { name: "Agents on it" }).first().waitFor(),
  ...about,
});

export const EXECUTORS_SCENES: readonly Scene[] = [
  scene("executors", {}),
  scene("executors-in-sync", {
    async reach(page) {
      await page
        .getByRole("button", { name: /^In sync/ })
        .first()
        .click();
      await page.getByText("Since it started").last().click();
      await page.getByText("OpenClaw calls it “Ada L.”").scrollIntoViewIfNeeded();
    },
  }),
  scene("executors-list", {
    async reach(page) {
      await page.getByText("Finance").first().waitFor();
      await page
        .getByRole("heading", { name: "Agents on it" })
        .last()
        .evaluate((title) => title.scrollIntoView());
    },
  }),
  scene("executors-refreshing", {
    // A list of this very moment would be new enough.
    machines: withStrangers([{ id: "mini", name: "Mac mini", lastSeenMinutesAgo: 0.2 }]),
    members: FLEET.filter(isOnMini),
    async reach(page) {
      await page.getByRole("button", { name: /^Refresh/ }).click();
      await seen(page, /a new list is on its way/);
    },
  }),
  scene("executors-away", { machines: withStrangers(AWAY), members: FLEET.filter(isOnMini) }),
  scene("executors-unfit", { machines: UNFIT, members: FLEET.filter(isOnMini) }),
  scene("executors-findings", withFindings(FINDINGS)),
  scene("executors-findings-away", {
    ...withFindings(FINDINGS, 190),
    reach: (page) => page.getByText("7 checks were well").click(),
  }),
  scene("executors-all-well", {
    ...withFindings(WELL),
    async reach(page) {
      await page.getByText("All well").waitFor();
      await page.getByText("7 checks are well").click();
      await page
        .getByRole("heading", { name: "Doctor" })
        .evaluate((title) => title.scrollIntoView({ block: "center" }));
    },
  }),
  scene("executors-empty", { machines: [], members: [], reach: (page) => seen(page, "No executor has reported yet") }),
  scene("executors-bare", { machines: MACHINES, members: [] }),
  scene("executors-many", {
    members: [...MEMBERS, ...makeCrowd(200)],
    async reach(page) {
      await page
        .getByRole("button", { name: /^Show all/ })
        .first()
        .click();
      await page.getByText("agent-150").waitFor();
    },
  }),
  scene("executors-viewer", { access: { mode: "members", role: "viewer" } }),
  scene("executors-loading", {
    meets: (page) => page.route("**/rest/v1/**", () => undefined),
    reach: (page) => page.getByLabel("Loading executors").waitFor(),
  }),
];
