import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { serveDashboard } from "../local/dashboard-server.ts";
import { claimPort } from "../stack/index.ts";
import { openDashboard } from "./dashboard.ts";
import { startJourney } from "./journey.ts";

let journey: Awaited<ReturnType<typeof startJourney>>;
let dashboard: Awaited<ReturnType<typeof openDashboard>>;
beforeAll(async () => {
  journey = await startJourney("/nowhere/openclaw");
  // As `npm start` serves it.
  const port = await claimPort(journey.stateDir, "dashboard", console.error);
  dashboard = await openDashboard(journey, () => serveDashboard({ port, stateDir: journey.stateDir }, journey.stack));
});
afterEach((context) => dashboard.leave(context));
afterAll(async () => {
  await dashboard.stop();
  await journey.stop();
});

it("the printed address signs in, and nobody can read the session off the address bar after that", async () => {
  const { page } = await dashboard.visit();
  await page.getByRole("heading", { name: "Agents", level: 1 }).waitFor();
  await expect.poll(() => page.url()).toBe(`${dashboard.url}/`);
});

it("an address that signed out people open leads there once they signed in with their password", async () => {
  const { page } = await dashboard.visit("/agents/agent%3Anobody%3Amain");
  await page.getByLabel("E-mail").fill(dashboard.owner.email);
  await page.getByLabel("Password").fill(dashboard.owner.password);
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "There is no agent with this key" }).waitFor();
});

it("a wrong password is refused in words, and what was typed stays", async () => {
  const { page, troubles } = await dashboard.visit("/");
  await page.getByLabel("E-mail").fill(dashboard.owner.email);
  await page.getByLabel("Password").fill("not the password");
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect.poll(() => page.getByRole("alert").textContent()).toMatch(/password/i);
  expect(await page.getByLabel("E-mail").inputValue()).toBe(dashboard.owner.email);
  expect(troubles.splice(0)).toEqual([expect.stringContaining("status of 400")]);
});

it("signing out leads to the sign-in page, also after a reload", async () => {
  const { page } = await dashboard.visit();
  await page.getByRole("button", { name: "Account" }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await page.getByRole("heading", { name: "Sign in to Hatchery" }).waitFor();
  await page.reload();
  await page.getByRole("heading", { name: "Sign in to Hatchery" }).waitFor();
  expect(await page.getByText("expired").count()).toBe(0);
});

it("a session that has ended says so", async () => {
  const { page, troubles } = await dashboard.visit();
  await page.getByRole("heading", { name: "Agents", level: 1 }).waitFor();
  const { cookies, origins } = await page.context().storageState();
  const ended = JSON.parse(JSON.stringify({ cookies, origins }), (name, value) => {
    if (name !== "value") return value;
    return JSON.stringify({ ...JSON.parse(value), expires_at: 1, refresh_token: "gone" });
  });
  troubles.splice(0);

  const later = await dashboard.visit("/", { storageState: ended });
  await later.page.getByText("Your session has expired").waitFor();
  expect(later.troubles.splice(0)).toEqual([expect.stringContaining("status of 400")]);
});
