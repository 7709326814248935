import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { serveBuiltDashboard } from "../browser/built-dashboard.ts";
import { makeCrowd } from "../shots/fleet.ts";
import { insertAgents, insertMachines, startRequests } from "../shots/insert-agents.ts";
import { openDashboard } from "./dashboard.ts";
import { startJourney } from "./journey.ts";

const CROWD = makeCrowd(300);

let journey: Awaited<ReturnType<typeof startJourney>>;
let dashboard: Awaited<ReturnType<typeof openDashboard>>;
beforeAll(async () => {
  journey = await startJourney("/nowhere/openclaw");
  const { stateDir, stack, database } = journey;
  dashboard = await openDashboard(journey, () => serveBuiltDashboard({ stateDir, stack, react: "production" }));
  await insertMachines(database.query, [{ id: "mini", name: "Mac mini", lastSeenMinutesAgo: 0 }]);
  await insertAgents(database.query, CROWD);
});
afterEach((context) => dashboard.leave(context));
afterAll(async () => {
  await dashboard.stop();
  await journey.stop();
});

/** What the page says to a screen reader of how many agents fit. */
const shown = (page: Page, count: number) =>
  page
    .getByRole("status")
    .filter({ hasText: new RegExp(`^${count} agents?$`) })
    .waitFor();

it("of 300 agents those that fit are shown, whatever is typed and chosen", { timeout: 180_000 }, async () => {
  const { page } = await dashboard.visit();
  const search = page.getByLabel("Search agents");
  await shown(page, 300);
  const measure = async (text: string, count: number) => {
    await search.fill("");
    await shown(page, 300);
    const start = performance.now();
    await search.pressSequentially(text);
    await shown(page, count);
    return (performance.now() - start) / text.length;
  };
  const [many, one] = [await measure("support triage", 60), await measure("agent-123", 1)];
  console.log(
    `A keystroke in the search of 300 agents: ${many.toFixed(1)} ms when 60 fit, ${one.toFixed(1)} ms when one does`,
  );

  await page.getByRole("link", { name: "Agent 123" }).waitFor();
  expect(await page.getByRole("article").count()).toBe(1);
  await search.fill("incident scout");
  await page.getByRole("button", { name: /^Live/ }).click();
  await shown(page, 60);
  await page.getByRole("article").first().waitFor();
  expect(await page.getByRole("listitem").first().getAttribute("aria-setsize")).toBe("60");
});

it("200 updates within 2 s end in the right state, and the page can be used meanwhile", {
  timeout: 180_000,
}, async () => {
  const busy = CROWD.slice(0, 50).map(({ id }) => id);
  const { query } = journey.database;
  await query("update public.agents set provisioned = false where agent_id_short = any($1)", [busy]);
  await query("delete from public.agent_provision_requests where agent_id_short = any($1)", [busy]);
  await query(
    `insert into public.agent_provision_requests (project_id, agent_key, agent_id_short, display_name, emoji, role_short, executor_id)
     select project_id, agent_key, agent_id_short, name, emoji, role, executor_id
     from public.agents where agent_id_short = any($1)`,
    [busy],
  );
  const { page } = await dashboard.visit();
  await page.getByRole("button", { name: /^Working on it\s*50$/ }).waitFor();

  const started = performance.now();
  const flood = async () => {
    await startRequests(query, busy);
    for (const step of ["workspace", "add", "identity"]) {
      for (const id of busy) {
        await query("update public.agent_provision_requests set progress = $2 where agent_id_short = $1", [
          id,
          JSON.stringify([{ step, state: "running" }]),
        ]);
      }
    }
    await query("update public.agents set provisioned = true where agent_id_short = any($1)", [busy]);
    await query(
      `update public.agent_provision_requests set status = 'done', completed_at = now(), result = '{}'
       where agent_id_short = any($1)`,
      [busy],
    );
    await query("update public.executor_runtime set published_at = now()");
    return performance.now() - started;
  };
  const use = async () => {
    await page.getByRole("button", { name: "New agent" }).click();
    await page.getByRole("dialog").getByLabel("Name").pressSequentially("Typed in the flood");
    await page.keyboard.press("Escape");
    await page.getByLabel("Search agents").pressSequentially("agent-04");
  };
  const [ms] = await Promise.all([flood(), use()]);
  console.log(`The updates took ${Math.round(ms)} ms`);
  await shown(page, 10);
  await page.getByLabel("Search agents").fill("");
  await page.getByRole("button", { name: /^Live\s*300$/ }).waitFor();
  expect(await page.getByRole("button", { name: /^Working on it/ }).count()).toBe(0);
});
