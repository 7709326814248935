import type { Page } from "playwright-core";
import { ACCESS_SCENES } from "./access-scenes.ts";
import { AGENT_SCENES } from "./agent-scenes.ts";
import { DOCUMENTS_SCENES } from "./documents-scenes.ts";
import { EXECUTORS_SCENES } from "./executors-scenes.ts";
import { FLEET, MACHINES, UNFIT } from "./fleet.ts";
import {
  clearAgents,
  insertAgents,
  insertMachines,
  type Machine,
  type Member,
  type Query,
  setAccess,
} from "./insert-agents.ts";
import { insertDocuments } from "./insert-documents.ts";
import { insertRequests } from "./insert-requests.ts";
import { NEW_AGENTS_SCENES } from "./new-agents-scenes.ts";
import { REQUESTS_SCENES } from "./requests-scenes.ts";
import { FUNCTION, refuse, type Scene, seen } from "./scene.ts";

const AWAY: readonly Machine[] = [{ id: "mini", name: "Mac mini", lastSeenMinutesAgo: 190 }];

const member = (id: string): Member[] => FLEET.filter((one) => one.id === id);
const heading = (page: Page, name: string) => page.getByRole("heading", { name, level: 1 }).waitFor();
const field = (page: Page, label: string) =>
  page.getByRole("dialog").getByRole("textbox", { name: new RegExp(`^${label}`) });

async function openDialog(page: Page): Promise<void> {
  await page.getByRole("button", { name: "New agent" }).click();
  await page.getByRole("dialog", { name: "New agent" }).waitFor();
}

async function fillDialog(page: Page): Promise<void> {
  await openDialog(page);
  await field(page, "Name").fill("Newton");
  await field(page, "Purpose").fill("Reads papers on physics and explains them");
  await seen(page, "agent:newton:main");
}

const TABLES = "**/rest/v1/**";

export const SCENES: readonly Scene[] = [
  { name: "sign-in", signedIn: false, reach: (page) => heading(page, "Sign in to Hatchery") },
  {
    name: "sign-in-refused",
    signedIn: false,
    async reach(page) {
      await page.getByLabel("E-mail").fill("owner@hatchery.local");
      await page.getByLabel("Password").fill("not the password");
      await page.getByRole("button", { name: "Sign in" }).click();
      await page.getByRole("alert").waitFor();
    },
  },
  { name: "agents", reach: (page) => seen(page, "Ricky") },
  { name: "agents-empty", members: [], machines: [], reach: (page) => seen(page, "There are no agents yet") },
  {
    name: "agents-loading",
    meets: (page) => page.route(TABLES, () => undefined),
    reach: (page) => page.getByLabel("Loading agents").waitFor(),
  },
  {
    name: "agents-unreadable",
    meets: (page) =>
      page.route(TABLES, (route) => route.fulfill({ status: 400, json: { code: "42703", message: "No such column" } })),
    async reach(page) {
      // Everything is read once more when changes begin to flow.
      await page.getByRole("status").filter({ hasText: "Live", visible: true }).waitFor();
      await page.getByRole("alert").waitFor();
    },
  },
  {
    name: "agents-nothing-found",
    async reach(page) {
      await page.getByLabel("Search agents").fill("nobody of that name");
      await seen(page, "No agent fits");
    },
  },
  {
    name: "agents-filtered",
    async reach(page) {
      await page.getByRole("button", { name: /^Needs attention/ }).click();
      await page.getByRole("link", { name: "Ricky" }).waitFor({ state: "detached" });
    },
  },
  {
    name: "agents-waiting",
    machines: AWAY,
    members: FLEET.filter(isOnMini),
    reach: (page) => seen(page, /^Waiting for/),
  },
  {
    name: "agents-unfit",
    machines: UNFIT,
    members: FLEET.filter(isOnMini),
    reach: (page) => seen(page, "OpenClaw cannot be started"),
  },
  ...agentScene("unfit", "juniper").map((scene) => ({ ...scene, machines: UNFIT, members: member("juniper") })),
  {
    name: "agents-menu",
    async reach(page) {
      await page.getByRole("button", { name: /^Sort/ }).click();
      await page.getByRole("menu").waitFor();
    },
  },
  { name: "new-agent", reach: openDialog },
  { name: "new-agent-filled", reach: fillDialog },
  {
    name: "new-agent-emoji",
    async reach(page) {
      await fillDialog(page);
      await page.getByRole("button", { name: /^Emoji/ }).click();
      await page.getByRole("gridcell").first().waitFor();
    },
  },
  {
    name: "new-agent-incomplete",
    async reach(page) {
      await openDialog(page);
      await page.getByRole("button", { name: "Create agent" }).click();
      await seen(page, "Give the agent a name");
    },
  },
  {
    name: "new-agent-key-taken",
    async reach(page) {
      await fillDialog(page);
      await page.getByRole("button", { name: "Advanced: own key" }).click();
      await field(page, "Key").fill("agent:ricky:main");
      await page.getByRole("button", { name: "Use ricky-2" }).waitFor();
    },
  },
  {
    name: "new-agent-refused",
    meets: (page) =>
      refuse(page, FUNCTION, 429, {
        error: {
          code: "rate_limited",
          message: "Too many agents were created in the last minute",
          hint: "Wait a minute and try again",
        },
      }),
    async reach(page) {
      await fillDialog(page);
      await page.getByRole("button", { name: "Create agent" }).click();
      await page.getByRole("dialog").getByRole("alert").waitFor();
    },
  },
  ...NEW_AGENTS_SCENES,
  ...agentScene("queued", "juniper"),
  ...agentScene("running", "inkwell"),
  ...agentScene("failed", "marlow"),
  ...agentScene("waiting", "atlas"),
  ...agentScene("live", "ricky"),
  ...agentScene("missing", "pixel"),
  ...agentScene("unconfirmed", "orbit"),
  ...agentScene("absent", "moss"),
  ...agentScene("long-words", "wilhelmina"),
  ...agentScene("cancelled", "robin"),
  ...AGENT_SCENES,
  ...DOCUMENTS_SCENES,
  ...ACCESS_SCENES,
  ...EXECUTORS_SCENES,
  ...REQUESTS_SCENES,
  {
    name: "agent-unknown",
    path: "/agents/agent%3Anobody%3Amain",
    reach: (page) => page.getByRole("heading").first().waitFor(),
  },
  { name: "page-unknown", path: "/nowhere", reach: (page) => seen(page, "There is no such page") },
];

function isOnMini({ machine }: Member): boolean {
  return machine === "mini";
}

function agentScene(state: string, id: string): Scene[] {
  return member(id).map(({ name }) => ({
    name: `agent-${state}`,
    path: `/agents/agent%3A${id}%3Amain`,
    reach: (page) => heading(page, name),
  }));
}

/** Makes the database hold what the scene shows, and nothing else. */
export async function insertScene(
  query: Query,
  { members = FLEET, machines = MACHINES, access = { mode: "open" }, requests, documents = [] }: Scene,
): Promise<void> {
  await clearAgents(query);
  await setAccess(query, access);
  await insertMachines(query, machines);
  await insertAgents(query, members);
  await insertDocuments(query, documents);
  if (requests !== undefined) await insertRequests(query, requests);
}
