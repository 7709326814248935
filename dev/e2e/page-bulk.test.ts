import type { Page, Route } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { FAKE_OPENCLAW } from "../fakes/openclaw/sandbox.ts";
import { openDashboard } from "./dashboard.ts";
import { startJourney } from "./journey.ts";

let journey: Awaited<ReturnType<typeof startJourney>>;
let dashboard: Awaited<ReturnType<typeof openDashboard>>;
beforeAll(async () => {
  journey = await startJourney(FAKE_OPENCLAW);
  dashboard = await openDashboard(journey);
  await journey.startExecutor();
});
afterEach((context) => dashboard.leave(context));
afterAll(async () => {
  await dashboard.stop();
  await journey.stop();
});

const TIMEOUT = { timeout: 180_000 };
const FUNCTION = "**/functions/v1/provision-agent";
const dialogOf = (page: Page) => page.getByRole("dialog", { name: "New agents" });
const listOf = (page: Page) => dialogOf(page).getByLabel("List");
const rows = (page: Page) => dialogOf(page).getByRole("listitem");
const card = (page: Page, name: string) => page.getByRole("article", { includeHidden: true }).filter({ hasText: name });
const named = (like: string) =>
  journey.database.query("select name, agent_key from public.agents where name like $1 order by agent_key", [like]);

/** Waits until the page knows that this person may: before, its keys do nothing. */
const mayCreate = (page: Page) => page.getByRole("button", { name: "Create from a list" }).waitFor();

async function openList(page: Page, list: string): Promise<void> {
  await page.getByRole("button", { name: "Create from a list" }).click();
  await listOf(page).fill(list);
}

/** Meets each call of the function in turn; later ones go through. Answers the keys and bodies that were sent. */
async function meetCalls(page: Page, ...meetings: ((route: Route) => Promise<void>)[]) {
  const sent: { key: string | undefined; body: string | null }[] = [];
  await page.route(FUNCTION, async (route) => {
    const request = route.request();
    if (request.method() !== "POST") return route.continue();
    sent.push({ key: request.headers()["idempotency-key"], body: request.postData() });
    const meet = meetings.shift();
    return meet === undefined ? route.continue() : meet(route);
  });
  return sent;
}

/** The function does as it is told, and its answer is lost. */
async function loseAnswer(route: Route): Promise<void> {
  await route.fetch();
  await route.abort("connectionreset");
}

const isLostAnswer = (trouble: string) => /ERR_CONNECTION_RESET/.test(trouble);

it(
  "of twelve pasted lines one is wrong, says so at its place, and is mended; then twelve agents come to life",
  TIMEOUT,
  async () => {
    const { page } = await dashboard.visit();
    const names = Array.from({ length: 12 }, (_, index) => `Crew ${String.fromCharCode(65 + index)}`);
    const lines = names.map((name, index) =>
      index === 6 ? `${name}, ${"reads ".repeat(40)}` : `${name}, reads page ${index}`,
    );
    await openList(page, "");
    await page.keyboard.insertText(lines.join("\n"));

    await rows(page).nth(6).getByText("The purpose must be at most 160 characters long").waitFor();
    const create = dialogOf(page).getByRole("button", { name: "Create 12 agents" });
    expect(await create.getAttribute("aria-disabled")).toBe("true");
    // Playwright alone would wait until it is enabled.
    await create.click({ force: true });
    expect(await page.evaluate("getSelection().toString()")).toBe(lines[6]);
    await page.keyboard.insertText(`${names[6]}, reads, page 6, 🦉`);
    await dialogOf(page).getByText("with a problem").first().waitFor({ state: "detached" });

    const answer = Promise.withResolvers<void>();
    await meetCalls(page, async (route) => {
      await answer.promise;
      await route.continue();
    });
    await create.click();
    await expect.poll(() => page.getByRole("article").filter({ hasText: /Crew/ }).count()).toBe(12);
    expect(await named("Crew %")).toEqual([]);
    answer.resolve();
    for (const name of names) await card(page, name).getByText("Live", { exact: true }).waitFor();
    expect(await named("Crew %")).toHaveLength(12);
    await page.getByText("12 agents are live").waitFor();
    expect(await page.getByText(/^Crew . is live$/).count()).toBe(0);
  },
);

it("a key that somebody took in between is told at its line, with the text as it was", TIMEOUT, async () => {
  const { page, troubles } = await dashboard.visit();
  const list = "Quill One\nQuill Two, edits, agent:quill:main\nQuill Three";
  await meetCalls(page, async (route) => {
    await journey.create({ displayName: "Impostor", agentKey: "agent:quill:main" });
    await route.continue();
  });
  await openList(page, list);
  await dialogOf(page).getByRole("button", { name: "Create 3 agents" }).click();
  await rows(page).nth(1).getByText("An agent with this key already exists in this project").waitFor();
  expect(await listOf(page).inputValue()).toBe(list);
  expect(await named("Quill %")).toEqual([]);
  expect(await page.getByRole("article").filter({ hasText: "Quill" }).count()).toBe(0);

  // Whatever else changes, it stands at its line.
  await listOf(page).fill(list.replace("Quill One", "Quill Zero\n\nQuill One"));
  await rows(page).nth(2).getByText("An agent with this key already exists in this project").waitFor();
  await listOf(page).fill(list.replace("quill:main", "quill:night"));
  await rows(page).nth(1).getByText("agent:quill:night").waitFor();
  await listOf(page).fill(list.replace("agent:quill:main", "agent:quill-ii:main"));
  await dialogOf(page).getByRole("button", { name: "Create 3 agents" }).click();
  await expect.poll(() => named("Quill %")).toHaveLength(3);
  expect(troubles.splice(0)).toEqual([expect.stringContaining("status of 409")]);
});

it("a message that comes while the dialog is open leaves its buttons free", TIMEOUT, async () => {
  const { page } = await dashboard.visit();
  await openList(page, "Tide One");
  await journey.create({ displayName: "Herald" });
  const toast = page.getByText("Herald is live");
  await toast.waitFor();
  const [message, button] = await Promise.all([
    toast.boundingBox(),
    dialogOf(page).getByRole("button", { name: "Create 1 agent" }).boundingBox(),
  ]);
  expect(message && button && message.y + message.height < button.y).toBe(true);
  await dialogOf(page).getByRole("button", { name: "Create 1 agent" }).click({ timeout: 5_000 });
  await card(page, "Tide One").waitFor();
});

it("an answer that is lost is asked for again, and nothing is made twice", TIMEOUT, async () => {
  const { page, troubles } = await dashboard.visit();
  const sent = await meetCalls(page, loseAnswer, loseAnswer);
  await openList(page, "Echo One\nEcho Two");
  await page.keyboard.press("Control+Enter");
  await expect.poll(() => sent.length).toBe(3);
  for (const name of ["Echo One", "Echo Two"]) await card(page, name).getByText("Live", { exact: true }).waitFor();
  expect(new Set(sent.map(({ key }) => key)).size).toBe(1);
  expect(await named("Echo %")).toHaveLength(2);
  expect(await page.getByRole("article").filter({ hasText: "Echo" }).count()).toBe(2);
  expect(troubles.splice(0).filter((trouble) => !isLostAnswer(trouble))).toEqual([]);
});

it("an agent whose answer stays lost comes back to be asked for again, and is made once", TIMEOUT, async () => {
  const { page, troubles } = await dashboard.visit();
  const sent = await meetCalls(page, loseAnswer, loseAnswer, loseAnswer, loseAnswer);
  await page.getByRole("button", { name: "New agent", exact: true }).click();
  const dialog = page.getByRole("dialog", { name: "New agent" });
  await dialog.getByLabel("Name").fill("Solo");
  await dialog.getByRole("button", { name: "Create agent" }).click();
  await dialog.getByRole("alert").filter({ hasText: "Supabase does not answer" }).waitFor();
  expect(sent).toHaveLength(4);
  expect(await dialog.getByLabel("Name").inputValue()).toBe("Solo");

  await dialog.getByRole("button", { name: "Create agent" }).click();
  await dialog.waitFor({ state: "detached" });
  await expect.poll(() => sent.length).toBe(5);
  expect(new Set(sent.map(({ key, body }) => `${key} ${body}`)).size).toBe(1);
  await card(page, "Solo").getByText("Live", { exact: true }).waitFor();
  expect(await named("Solo")).toEqual([{ name: "Solo", agent_key: "agent:solo:main" }]);
  expect(troubles.splice(0).filter((trouble) => !isLostAnswer(trouble))).toEqual([]);
});

it("a page that was reloaded before the answer came has the list again, and makes nothing twice", TIMEOUT, async () => {
  const { page } = await dashboard.visit();
  const done = Promise.withResolvers<void>();
  const sent = await meetCalls(page, async (route) => {
    await route.fetch();
    done.resolve();
  });
  const list = "Twin One\nTwin Two, agent:twin-ii:main";
  await openList(page, list);
  await page.keyboard.press("Control+Enter");
  await done.promise;
  await page.reload();
  await dialogOf(page).getByRole("alert").filter({ hasText: "reloaded before the answer came" }).waitFor();
  expect(await listOf(page).inputValue()).toBe(list);
  // They are there, and stand in nobody's way.
  await card(page, "Twin Two").waitFor({ state: "attached" });
  await rows(page).filter({ hasText: "agent:twin-one:main" }).waitFor();
  await dialogOf(page).getByRole("button", { name: "Create 2 agents" }).click();
  await expect.poll(() => sent.length).toBe(2);
  for (const name of ["Twin One", "Twin Two"]) await card(page, name).getByText("Live", { exact: true }).waitFor();
  expect(await named("Twin %")).toHaveLength(2);
});

it("by keyboard alone, and whatever was typed survives closing and a reload", TIMEOUT, async () => {
  const { page } = await dashboard.visit();
  const { keyboard } = page;
  await mayCreate(page);
  await keyboard.press("Shift+N");
  await expect.poll(() => listOf(page).evaluate((area) => area.matches(":focus"))).toBe(true);
  await keyboard.insertText("Key One\nKey Two, 🦊🦊");
  await dialogOf(page).getByText("Choose exactly one emoji").waitFor();
  await keyboard.press("Escape");
  await dialogOf(page).waitFor({ state: "detached" });
  await page.reload();
  await mayCreate(page);
  await keyboard.press("Shift+N");
  await dialogOf(page).getByText("Choose exactly one emoji").waitFor();
  await keyboard.press("Control+Enter");
  await keyboard.insertText("Key Two");
  await keyboard.press("Control+Enter");
  await expect.poll(() => named("Key %")).toHaveLength(2);
});

it("a list that is pasted as a name opens the dialog for many", TIMEOUT, async () => {
  const { page } = await dashboard.visit();
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.getByRole("button", { name: "New agent", exact: true }).click();
  await page.getByRole("dialog", { name: "New agent" }).getByLabel("Name").focus();
  await page.evaluate("navigator.clipboard.writeText('Paste One\\r\\nPaste Two\\r\\n')");
  await page.keyboard.press("Control+V");
  await expect.poll(() => listOf(page).evaluate((area) => area.matches(":focus"))).toBe(true);
  expect(await rows(page).count()).toBe(2);
  await page.getByRole("dialog", { name: "New agent", exact: true }).waitFor({ state: "detached" });
});

it("a file of a German Excel is read, and undo brings back what stood there", TIMEOUT, async () => {
  const { page } = await dashboard.visit();
  await openList(page, "typed before");
  const text = "Name;Purpose;Ort\r\nJürgen;beantwortet Mails, Anrufe;Köln\r\n";
  await page
    .locator("input[type=file]")
    .setInputFiles({ name: "agenten.csv", mimeType: "text/csv", buffer: Buffer.from(text, "latin1") });
  await rows(page).filter({ hasText: "agent:jurgen:main" }).getByText("beantwortet Mails, Anrufe").waitFor();
  await dialogOf(page).getByText("Columns: name, purpose. Not used: Ort").waitFor();
  await page.keyboard.press("Control+Z");
  await expect.poll(() => listOf(page).inputValue()).toBe("typed before");
});
