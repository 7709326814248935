import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { setFakeMode } from "../fakes/openclaw/mode.ts";
import { FAKE_OPENCLAW } from "../fakes/openclaw/sandbox.ts";
import { readCardHistory } from "./card-history.ts";
import { openDashboard } from "./dashboard.ts";
import { startJourney } from "./journey.ts";

let journey: Awaited<ReturnType<typeof startJourney>>;
let dashboard: Awaited<ReturnType<typeof openDashboard>>;
beforeAll(async () => {
  journey = await startJourney(FAKE_OPENCLAW);
  dashboard = await openDashboard(journey);
});
afterEach((context) => dashboard.leave(context));
afterAll(async () => {
  await dashboard.stop();
  await journey.stop();
});

const TIMEOUT = { timeout: 180_000 };
const card = (page: Page, name: string) => page.getByRole("article").filter({ hasText: name });

async function create(page: Page, name: string): Promise<void> {
  await page.getByRole("button", { name: "New agent" }).click();
  await page.getByRole("dialog").getByLabel("Name").fill(name);
  await page.keyboard.press("Enter");
  await card(page, name).waitFor();
}

it("a new agent stands on the page before the answer is there, and once after it", TIMEOUT, async () => {
  const { page } = await dashboard.visit();
  const answer = Promise.withResolvers<void>();
  await page.route("**/functions/v1/provision-agent", async (route) => {
    if (route.request().method() === "POST") await answer.promise;
    await route.continue();
  });
  await create(page, "Comet");
  expect(await journey.database.query("select from public.agents where name = 'Comet'")).toEqual([]);

  const answered = page.waitForResponse((response) => response.status() === 202);
  answer.resolve();
  await answered;
  await expect.poll(() => journey.database.query("select from public.agents where name = 'Comet'")).toHaveLength(1);
  expect(await card(page, "Comet").count()).toBe(1);
});

it(
  "an agent made while no executor runs says what it waits for, and comes to life when one starts",
  TIMEOUT,
  async () => {
    const { page } = await dashboard.visit();
    await create(page, "Ricky");
    await card(page, "Ricky").getByText("Waiting for Mac mini").waitFor();

    const stopExecutor = await journey.startExecutor();
    await card(page, "Ricky").getByText("Live", { exact: true }).waitFor();
    await stopExecutor();
    const said = await readCardHistory(page, "Ricky");
    expect(said.indexOf("Waiting for Mac mini")).toBeLessThan(said.indexOf("Live"));

    // The Mac went to sleep three hours ago.
    await journey.database.query("update public.executors set last_seen_at = now() - interval '190 minutes'");
    await create(page, "Robin");
    await card(page, "Robin").getByText("Last seen 3 h ago").waitFor();
    const stopAgain = await journey.startExecutor();
    await card(page, "Robin").getByText("Live", { exact: true }).waitFor();
    await stopAgain();
  },
);

it("a request that failed says why, with code and hint, and Retry brings it to a good end", TIMEOUT, async () => {
  setFakeMode(journey.home, { failing: { "agents add": { message: "The configuration is locked" } } });
  await journey.database.query("alter table public.agent_provision_requests alter max_attempts set default 1");
  const stopExecutor = await journey.startExecutor();
  const { page } = await dashboard.visit();
  await create(page, "Marlow");
  await card(page, "Marlow").getByText("Failed: OpenClaw refused").waitFor();

  await page.getByRole("link", { name: "Marlow" }).click();
  await page.getByText("openclaw_failed", { exact: true }).waitFor();
  await page.getByText("The configuration is locked").first().waitFor();
  setFakeMode(journey.home, {});
  await page.getByRole("button", { name: "Retry Marlow" }).click();
  await page.getByRole("heading", { name: "Talk to Marlow" }).waitFor();
  await stopExecutor();
  expect(await page.getByText("openclaw_failed", { exact: true }).count()).toBe(0);
});

it("a key that somebody took in between brings the dialog back, which offers the next free one", TIMEOUT, async () => {
  const { page, troubles } = await dashboard.visit();
  await page.getByRole("button", { name: "New agent" }).click();
  const dialog = page.getByRole("dialog", { name: "New agent" });
  await dialog.getByLabel("Name").fill("Quill");
  await dialog.getByLabel("Purpose").fill("edits the changelog");
  await dialog.getByRole("button", { name: "Advanced: own key" }).click();
  await dialog.getByLabel("Key").fill("agent:quill:main");
  await journey.create({ displayName: "Impostor", agentKey: "agent:quill:main" });
  await dialog.getByRole("button", { name: "Create agent" }).click();

  await dialog.getByText("An agent with this key already exists in this project").waitFor();
  expect(await dialog.getByLabel("Purpose").inputValue()).toBe("edits the changelog");
  await dialog.getByRole("button", { name: "Use quill-2" }).click();
  await dialog.getByRole("button", { name: "Create agent" }).click();
  const quills = "select name, agent_key from public.agents where agent_key like 'agent:quill%' order by 1";
  await expect
    .poll(() => journey.database.query(quills))
    .toEqual([
      { name: "Impostor", agent_key: "agent:quill:main" },
      { name: "Quill", agent_key: "agent:quill-2:main" },
    ]);
  await card(page, "Quill").getByText("Queued", { exact: true }).waitFor();
  expect(troubles.splice(0)).toEqual([expect.stringContaining("status of 409")]);
});
