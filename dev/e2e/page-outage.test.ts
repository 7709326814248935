import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { insertAgents } from "../shots/insert-agents.ts";
import { openDashboard } from "./dashboard.ts";
import { startJourney } from "./journey.ts";

let journey: Awaited<ReturnType<typeof startJourney>>;
let dashboard: Awaited<ReturnType<typeof openDashboard>>;
beforeAll(async () => {
  journey = await startJourney("/nowhere/openclaw");
  dashboard = await openDashboard(journey);
});
afterEach((context) => dashboard.leave(context));
afterAll(async () => {
  await dashboard.stop();
  await journey.stop();
});

it("a Supabase that goes and comes back costs no typed text, and the page puts itself right", {
  timeout: 240_000,
}, async () => {
  const { page, troubles } = await dashboard.visit();
  const pill = (text: string) => page.getByRole("status").filter({ hasText: text }).waitFor();
  await page.getByText("There are no agents yet").waitFor();
  await pill("Live");
  await page.getByRole("button", { name: "New agent" }).click();
  const dialog = page.getByRole("dialog", { name: "New agent" });
  await dialog.getByLabel("Name").fill("Ricky");
  await dialog.getByLabel("Purpose").fill("answers the phone");

  await journey.loseSupabase();
  await page.getByText("Supabase does not answer").first().waitFor({ state: "attached" });
  await page.getByText("Offline", { exact: true }).first().waitFor({ state: "attached" });
  // Asked for in vain, the agent comes back as it was typed.
  await dialog.getByRole("button", { name: "Create agent" }).click();
  await dialog.getByRole("alert").filter({ hasText: "Supabase does not answer" }).waitFor();
  expect(await dialog.getByLabel("Name").inputValue()).toBe("Ricky");
  expect(await dialog.getByLabel("Purpose").inputValue()).toBe("answers the phone");
  await insertAgents(journey.database.query, [
    { id: "ada", name: "Ada", emoji: "🔬", role: "made meanwhile", machine: null },
  ]);

  await journey.bringSupabaseBack();
  await page.getByRole("link", { name: "Ada", includeHidden: true }).waitFor({ state: "attached" });
  await page.getByText("Live", { exact: true }).first().waitFor({ state: "attached" });
  expect(await dialog.getByLabel("Purpose").inputValue()).toBe("answers the phone");
  await dialog.getByRole("button", { name: "Create agent" }).click();
  await page.getByRole("article").filter({ hasText: "Ricky" }).waitFor();
  expect(await page.getByText("Supabase does not answer").count()).toBe(0);
  // And changes flow again.
  await journey.database.query("update public.agents set name = 'Ada Lovelace' where name = 'Ada'");
  await page.getByRole("link", { name: "Ada Lovelace" }).waitFor();

  const isAboutTheNetwork = (trouble: string) => /No answer:|ERR_CONNECTION_REFUSED|WebSocket connection/.test(trouble);
  expect(troubles.splice(0).filter((trouble) => !isAboutTheNetwork(trouble))).toEqual([]);
});
