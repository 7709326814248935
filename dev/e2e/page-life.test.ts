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

it("an agent is renamed and removed from its own page, by keyboard, and OpenClaw has it so", {
  timeout: 120_000,
}, async () => {
  const { page } = await dashboard.visit();
  await page.getByRole("button", { name: "New agent", exact: true }).click();
  await page.getByRole("dialog").getByLabel("Name").fill("Ricky");
  await page.keyboard.press("Enter");
  await page.getByRole("link", { name: "Ricky" }).click();
  await page.getByRole("heading", { name: "Talk to Ricky" }).waitFor({ timeout: 30_000 });

  await page.keyboard.press("e");
  const dialog = page.getByRole("dialog", { name: "Edit Ricky" });
  await dialog.getByLabel("Name").fill("Ada");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Ada", level: 1 }).waitFor();
  await page.getByText("Name and emoji of Ada are saved").waitFor({ timeout: 30_000 });
  expect(await journey.listAgents()).toContainEqual(expect.objectContaining({ id: "ricky", identityName: "Ada" }));

  await page.getByRole("button", { name: "Remove agent" }).press("Enter");
  await page.getByRole("dialog", { name: "Remove Ada" }).getByRole("textbox").fill("Ada");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Ada is removed", level: 1 }).waitFor({ timeout: 30_000 });
  await page.getByText(/^Its folder is in the trash of/).waitFor();
  expect(await journey.listAgents()).not.toContainEqual(expect.objectContaining({ id: "ricky" }));
  expect(await journey.database.query("select from public.agents")).toEqual([]);
});
