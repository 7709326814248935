import type { Page } from "playwright-core";
import { FUNCTION, refuse, type Scene, seen } from "./scene.ts";

/** What people paste. Three lines have something wrong with them: one of them a key that an agent of the fleet has. */
const LIST = `Newton, reads papers on physics and explains them
Zoë van Dijk, answers support mail, 🦉
Ольга, collects what was published during the night

Marie, measures everything, 🦊🦉
Jürgen, "keeps the calendar, and the minutes"
Atlas the Second, plans the routes, #0ea5e9, agent:atlas:main
Wilhelmina Featherstonehaugh-Cholmondeley of Saffron Walden, reads every paper on long-duration spaceflight, and writes one paragraph about each of them for the Monday meeting, with a picture if there is one, and a list of sources
Newton
=SUM(A1:A3), is only text
Grace, finds the bugs
Hopper`;

async function openList(page: Page, text: string): Promise<void> {
  await page.getByRole("button", { name: "Create from a list" }).click();
  await page.getByRole("dialog", { name: "New agents" }).getByLabel("List").fill(text);
}

const FINE_LIST = LIST.split("\n")
  .filter((line) => !/^(Marie|Atlas|Wilhelmina)/.test(line))
  .join("\n");

/** The New agents dialog. */
export const NEW_AGENTS_SCENES: readonly Scene[] = [
  { name: "new-agents", reach: (page) => openList(page, "") },
  {
    name: "new-agents-list",
    async reach(page) {
      await openList(page, FINE_LIST);
      await seen(page, "agent:zoe-van-dijk:main");
    },
  },
  {
    name: "new-agents-problems",
    async reach(page) {
      await openList(page, LIST);
      await seen(page, "Choose exactly one emoji");
    },
  },
  {
    name: "new-agents-too-many",
    async reach(page) {
      const rows = Array.from({ length: 60 }, (_, index) => `Agent ${index}\treads page ${index}\t`);
      await openList(page, ["name\tpurpose\tdepartment", ...rows].join("\n"));
      await seen(page, /^Lines 52 to 61 are too many/);
      await page
        .getByRole("list", { name: "Agents to create" })
        .evaluate((list) => list.scrollTo(0, list.scrollHeight));
    },
  },
  {
    name: "new-agents-unreadable",
    async reach(page) {
      await openList(
        page,
        '[\n  {"name": "Ricky", "purpose": "answers the phone"},\n  {"name": "Ada" "purpose": "reads"}\n]',
      );
      await seen(page, "This is not valid JSON");
    },
  },
  {
    name: "new-agents-refused",
    meets: (page) =>
      refuse(page, FUNCTION, 409, {
        error: {
          code: "agent_id_taken",
          message: "1 of 3 agents cannot be created, so none was",
          hint: "Mend those and send all of them again",
        },
        errors: [
          {
            index: 1,
            code: "agent_id_taken",
            message: "OpenClaw already has, or is about to get, an agent with the id curie (Pierre)",
            field: "agentKey",
          },
        ],
      }),
    async reach(page) {
      await openList(
        page,
        "Newton, reads papers on physics\nMarie, measures everything, agent:curie:main\nGrace, finds the bugs",
      );
      await page.getByRole("button", { name: "Create 3 agents" }).click();
      await page.getByRole("dialog").getByRole("alert").waitFor();
    },
  },
];
