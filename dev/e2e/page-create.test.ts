import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { ensureOpenclaw } from "../local/install-openclaw.ts";
import { readCardHistory } from "./card-history.ts";
import { openDashboard } from "./dashboard.ts";
import { startJourney } from "./journey.ts";

let journey: Awaited<ReturnType<typeof startJourney>>;
let dashboard: Awaited<ReturnType<typeof openDashboard>>;
beforeAll(async () => {
  const { bin } = await ensureOpenclaw({ onProgress: console.log });
  journey = await startJourney(bin);
  dashboard = await openDashboard(journey);
  await journey.startExecutor();
}, 600_000);
afterEach((context) => dashboard.leave(context));
afterAll(async () => {
  await dashboard.stop();
  await journey.stop();
});

const card = (page: Page, name: string) => page.getByRole("article").filter({ hasText: name });

/** The page was opened once and saw everything go by, and OpenClaw has the agent as the page says. */
async function expectLive(page: Page, { id, name, emoji }: { id: string; name: string; emoji: string }) {
  await card(page, name).getByText("Live", { exact: true }).waitFor({ timeout: 120_000 });
  const said = await readCardHistory(page, name);
  // The executor may be quicker than the answer to the page: then the card is never seen waiting.
  const stages = ["Queued", "Provisioning…", "Live"].filter((stage) => stage !== "Queued" || said.includes(stage));
  expect(said.filter((line) => stages.includes(line))).toEqual(stages);
  expect(said).toEqual(expect.arrayContaining(["Adding to OpenClaw", "Setting name and emoji"]));
  expect(await journey.listAgents()).toContainEqual(
    expect.objectContaining({ id, identityName: name, identityEmoji: emoji, workspace: journey.workspace(id) }),
  );
}

it("an agent is made by mouse, and the page shows how it comes to life", { timeout: 180_000 }, async () => {
  const { page } = await dashboard.visit();
  await page.getByRole("button", { name: "New agent" }).click();
  const dialog = page.getByRole("dialog", { name: "New agent" });
  await dialog.getByLabel("Name").fill("Ricky");
  await dialog.getByLabel("Purpose").fill("answers the phone");
  await dialog.getByRole("button", { name: /^Emoji/ }).click();
  await page.getByLabel("Search emoji").fill("fox");
  await page.getByRole("gridcell", { name: "Fox" }).click();
  await dialog.getByText("agent:ricky:main").waitFor();
  await dialog.getByRole("button", { name: "Create agent" }).click();

  await expectLive(page, { id: "ricky", name: "Ricky", emoji: "🦊" });
  await page.getByRole("link", { name: "Ricky" }).click();
  await page.getByRole("heading", { name: "Ricky", level: 1 }).waitFor();
  await page.getByText('openclaw agent --agent ricky --message "Hello"').waitFor();
  for (const step of ["Files written", "Added to OpenClaw", "Name and emoji set", "Seen in openclaw agents list"]) {
    expect(await page.getByRole("listitem").filter({ hasText: step }).textContent()).toMatch(/, done.*\d ?m?s$/);
  }
});

it("the same by keyboard alone", { timeout: 180_000 }, async () => {
  const { page } = await dashboard.visit();
  // Before the page knows that this person may create, its keys do nothing.
  await page.getByRole("button", { name: "New agent" }).waitFor();
  const { keyboard } = page;
  await keyboard.press("n");
  const dialog = page.getByRole("dialog", { name: "New agent" });
  await expect.poll(() => dialog.getByLabel("Name").evaluate((input) => input.matches(":focus"))).toBe(true);
  await keyboard.type("Ada");
  await keyboard.press("Tab");
  await keyboard.type("reads papers at night");
  // Back to the emoji, which stands before the name.
  await keyboard.press("Shift+Tab");
  await keyboard.press("Shift+Tab");
  await keyboard.press("Enter");
  await page.getByRole("gridcell").first().waitFor();
  await keyboard.type("octopus");
  await page.getByRole("gridcell", { name: "Octopus" }).waitFor();
  await keyboard.press("ArrowDown");
  await keyboard.press("Enter");
  await page.getByLabel("Search emoji").waitFor({ state: "detached" });
  await keyboard.press("Control+Enter");

  await expectLive(page, { id: "ada", name: "Ada", emoji: "🐙" });
  await keyboard.press("/");
  await keyboard.type("papers");
  await page
    .getByRole("status")
    .filter({ hasText: /^1 agent$/ })
    .waitFor();
  const link = page.getByRole("link", { name: "Ada" });
  for (let presses = 0; presses < 12; presses += 1) {
    await keyboard.press("Tab");
    if (await link.evaluate((element) => element.matches(":focus"))) break;
  }
  await keyboard.press("Enter");
  await page.getByRole("heading", { name: "Ada", level: 1 }).waitFor();
});
