import { spawn } from "node:child_process";
import { once } from "node:events";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { FAKE_OPENCLAW } from "../fakes/openclaw/sandbox.ts";
import { EXECUTOR_MAIN, executorEnvironment } from "../local/executor-process.ts";
import { eventually } from "../testing/executor-stack.ts";
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
  timeout: 240_000,
}, async () => {
  const { page } = await dashboard.visit();
  await page.getByRole("button", { name: "New agent", exact: true }).click();
  await page.getByRole("dialog").getByLabel("Name").fill("Ricky");
  await page.keyboard.press("Enter");
  await page.getByRole("link", { name: "Ricky" }).click();
  await page.getByRole("heading", { name: "Talk to Ricky" }).waitFor();

  await page.keyboard.press("e");
  const dialog = page.getByRole("dialog", { name: "Edit Ricky" });
  await dialog.getByLabel("Name").fill("Ada");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Ada", level: 1 }).waitFor();
  await page.getByText("Name and emoji of Ada are saved").waitFor();
  expect(await journey.listAgents()).toContainEqual(expect.objectContaining({ id: "ricky", identityName: "Ada" }));

  await page.getByRole("button", { name: "Remove agent" }).press("Enter");
  await page.getByRole("dialog", { name: "Remove Ada" }).getByRole("textbox").fill("Ada");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Ada is removed", level: 1 }).waitFor();
  await page.getByText(/^Its folder is in the trash of/).waitFor();
  expect(await journey.listAgents()).not.toContainEqual(expect.objectContaining({ id: "ricky" }));
  expect(await journey.database.query("select from public.agents")).toEqual([]);
});

it("what the doctor of a running executor finds stands on the Executors page", { timeout: 240_000 }, async () => {
  await eventually(async () => expect(await journey.database.query("select from public.executors")).toHaveLength(1));
  const env = executorEnvironment(journey.stateDir, FAKE_OPENCLAW);
  const doctor = spawn(process.execPath, [EXECUTOR_MAIN, "doctor"], { env, stdio: "ignore" });
  // A warning: this OpenClaw has no gateway.
  expect(await once(doctor, "exit")).toEqual([1, null]);

  const { page } = await dashboard.visit();
  await page.getByRole("link", { name: "Executors" }).click();
  const finding = page.getByRole("listitem").filter({ hasText: /^Warning: OpenClaw's gateway does not answer/ });
  await finding.getByText(/^openclaw gateway start/).waitFor();
  await page.getByText(/^\d+ warnings? · looked/).waitFor();
  await page.getByText(/^\d+ checks are well$/).click();
  await page.getByText("OpenClaw lists one agent").waitFor();
});
