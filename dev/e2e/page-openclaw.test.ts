import { readdir, readFile, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { execa } from "execa";
import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { startGateway } from "../fakes/openclaw/gateway.ts";
import { ensureOpenclaw } from "../local/install-openclaw.ts";
import { openDashboard } from "./dashboard.ts";
import { startJourney } from "./journey.ts";

/** Several writes of OpenClaw, each of which takes it up to 13 s on two shared cores. */
const PATIENCE = { timeout: 300_000 };
const LIVE = { timeout: 120_000 };

let journey: Awaited<ReturnType<typeof startJourney>>;
let dashboard: Awaited<ReturnType<typeof openDashboard>>;
let gateway: Awaited<ReturnType<typeof startGateway>>;
let openclaw: (...args: string[]) => Promise<unknown>;
beforeAll(async () => {
  const { bin } = await ensureOpenclaw({ onProgress: console.log });
  journey = await startJourney(bin);
  const { home } = journey;
  const env = { HOME: home, OPENCLAW_HOME: home, NO_COLOR: "1", PATH: `${dirname(process.execPath)}:/usr/bin:/bin` };
  openclaw = (...args) => execa(bin, args, { env, extendEnv: false, cwd: "/", stdin: "ignore" });
  dashboard = await openDashboard(journey);
  gateway = await startGateway(bin, home);
  await journey.startExecutor();
}, 600_000);
afterEach((context) => dashboard.leave(context));
afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  await dashboard.stop();
  await journey.stop();
});

const card = (page: Page, name: string) => page.getByRole("article").filter({ hasText: name });
const listed = async (id: string) => (await journey.listAgents()).find((agent) => agent.id === id);
const fileOf = (id: string, name: string) => readFile(join(journey.workspace(id), name), "utf8");
const inTrash = async () => await readdir(join(journey.home, ".Trash"), { recursive: true }).catch(() => []);

async function create(page: Page, name: string): Promise<void> {
  await page.getByRole("button", { name: "New agent", exact: true }).click();
  await page.getByRole("dialog").getByLabel("Name").fill(name);
  await page.keyboard.press("Control+Enter");
  await card(page, name).getByText("Live", { exact: true }).waitFor(LIVE);
}

/** By the links at the side, as one would; another load of the page would begin anew. */
const goTo = (page: Page, label: string) => page.getByRole("link", { name: label, exact: true }).first().click();

async function openAgent(page: Page, name: string): Promise<void> {
  await goTo(page, "Agents");
  await page.getByRole("link", { name, exact: true }).click();
  await page.getByRole("heading", { name, level: 1 }).waitFor();
}

/** The line of an agent among those of its Mac. */
const line = (page: Page, id: string) =>
  page.getByRole("listitem").filter({ has: page.getByText(id, { exact: true }) });

it(
  "an agent is renamed, and OpenClaw and its IDENTITY.md say so; it is removed, and its key makes another one",
  PATIENCE,
  async () => {
    const { page } = await dashboard.visit();
    await create(page, "Ricky");
    await openAgent(page, "Ricky");
    await page.getByRole("button", { name: "Edit" }).click();
    const edit = page.getByRole("dialog", { name: "Edit Ricky" });
    await edit.getByLabel("Name").fill("Rosalind");
    await edit.getByRole("button", { name: /^Emoji/ }).click();
    await page.getByLabel("Search emoji").fill("octopus");
    await page.getByRole("gridcell", { name: "Octopus" }).click();
    await edit.getByRole("button", { name: "Save" }).click();
    await page.getByRole("heading", { name: "Rosalind", level: 1 }).waitFor();
    await page.getByText("Name and emoji of Rosalind are saved").waitFor(LIVE);
    expect(await listed("ricky")).toMatchObject({ identityName: "Rosalind", identityEmoji: "🐙" });
    expect(await fileOf("ricky", "IDENTITY.md")).toMatch(/Name:\W*Rosalind[\s\S]*Emoji:\W*🐙/);

    await page.getByRole("button", { name: "Remove agent" }).click();
    const removal = page.getByRole("dialog", { name: "Remove Rosalind" });
    const confirm = removal.getByRole("button", { name: "Remove agent" });
    await removal.getByRole("textbox").fill("Ricky");
    expect(await confirm.isDisabled()).toBe(true);
    await removal.getByRole("textbox").fill("Rosalind");
    await confirm.click();
    await page.getByRole("heading", { name: "Rosalind is removed", level: 1 }).waitFor(LIVE);
    expect(await listed("ricky")).toBeUndefined();
    expect(await inTrash()).toContainEqual(expect.stringMatching(/workspace-ricky[^/]*$/));
    await expect(stat(journey.workspace("ricky"))).rejects.toMatchObject({ code: "ENOENT" });
    await goTo(page, "Requests");
    for (const [kind, name] of [
      ["Set up", "Ricky"],
      ["Name and emoji", "Rosalind"],
      ["Removal", "Rosalind"],
    ]) {
      await page.getByRole("button", { name: `Details: ${kind}, ${name}, Done` }).waitFor();
    }

    await goTo(page, "Agents");
    await create(page, "Ricky");
    expect(await listed("ricky")).toMatchObject({ identityName: "Ricky", workspace: journey.workspace("ricky") });
  },
);

it("an agent that was added by hand is only there, and is adopted with everything it has", PATIENCE, async () => {
  await openclaw("agents", "add", "ada", `--workspace=${journey.workspace("ada")}`, "--non-interactive", "--json");
  await writeFile(join(journey.workspace("ada"), "SOUL.md"), "# Ada\n\nReads papers at night.\n");
  const files = await Promise.all(
    (await readdir(journey.workspace("ada")))
      .filter((name) => name.endsWith(".md"))
      .map(async (name) => [name, await fileOf("ada", name)]),
  );

  const { page } = await dashboard.visit();
  await goTo(page, "Executors");
  await line(page, "ada").getByText("Only there").waitFor(LIVE);
  await line(page, "ada")
    .getByRole("button", { name: /^Adopt/ })
    .click();
  await line(page, "ada").getByText("In sync").waitFor(LIVE);
  for (const [name = "", text] of files) expect(await fileOf("ada", name)).toBe(text);
  const documents = await journey.database.query(
    "select doc_type, content from public.brain_docs where agent_key = 'agent:ada:main' order by 1",
  );
  expect(documents).toContainEqual({ doc_type: "soul", content: "# Ada\n\nReads papers at night.\n" });
  await goTo(page, "Agents");
  await card(page, "ada").getByText("Live", { exact: true }).waitFor();
});

it("an agent that was deleted by hand is missing, and is set up again with the texts it had", PATIENCE, async () => {
  const { page } = await dashboard.visit();
  await create(page, "Juniper");
  const soul = await fileOf("juniper", "SOUL.md");
  await openclaw("agents", "delete", "juniper", "--force", "--json");
  await card(page, "Juniper")
    .getByText(/^Missing on/)
    .waitFor(LIVE);
  await goTo(page, "Executors");
  await line(page, "juniper").getByText("Only here").waitFor();
  await line(page, "juniper")
    .getByRole("button", { name: /^Provision again/ })
    .click();
  await line(page, "juniper").getByText("In sync").waitFor(LIVE);
  expect(await listed("juniper")).toMatchObject({ identityName: "Juniper", workspace: journey.workspace("juniper") });
  expect(await fileOf("juniper", "SOUL.md")).toBe(soul);
});
