import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { PROJECT_ID } from "../local/front-office.ts";
import { FLEET, MACHINES } from "../shots/fleet.ts";
import { clearAgents, insertAgents, insertMachines, startRequests } from "../shots/insert-agents.ts";
import { openDashboard } from "./dashboard.ts";
import { startJourney } from "./journey.ts";

let journey: Awaited<ReturnType<typeof startJourney>>;
let dashboard: Awaited<ReturnType<typeof openDashboard>>;
const query = (sql: string, values?: unknown[]) => journey.database.query(sql, values);

beforeAll(async () => {
  journey = await startJourney("/nowhere/openclaw");
  dashboard = await openDashboard(journey);
});
beforeEach(async () => {
  await clearAgents(journey.database.query);
  await insertMachines(journey.database.query, MACHINES);
  await insertAgents(journey.database.query, FLEET);
  await setMode("open");
  await query("delete from public.project_members");
  await setRole((await dashboard.signInAs(dashboard.owner.email)).id, "owner");
});
afterEach((context) => dashboard.leave(context));
afterAll(async () => {
  await dashboard.stop();
  await journey.stop();
});

const TIMEOUT = { timeout: 180_000 };
const card = (page: Page, name: string) => page.getByRole("article").filter({ hasText: name });
const newAgent = (page: Page) => page.getByRole("button", { name: "New agent" });

const setMode = (mode: string) => query("select public.set_access_mode($1)", [mode]);
const setRole = (userId: string, role: string) =>
  query("select public.add_member($1, $2, $3)", [PROJECT_ID, userId, role]);

/** A person signs in with a role; nobody's in particular without. */
async function visitAs(email: string, role?: string) {
  const { id, path } = await dashboard.signInAs(email);
  if (role !== undefined) await setRole(id, role);
  return { id, ...(await dashboard.visit(path)) };
}

/** Presses the pill that fetches everything anew, once it can. */
async function lookAgain(page: Page): Promise<void> {
  await page.locator("aside button", { hasText: /^Live$/ }).click();
}

const readRequest = async (id: string) => {
  const [row] = await query(
    `select status, result ->> 'code' as code, cancel_requested_by from public.agent_provision_requests
     where agent_id_short = $1 order by requested_at desc limit 1`,
    [id],
  );
  return row;
};

it(
  "a viewer sees every agent and no way to change one, and is told who could; as an operator they create one",
  TIMEOUT,
  async () => {
    await setMode("members");
    const { page, id } = await visitAs("viewer@example.com", "viewer");
    await card(page, "Marlow").getByText("Failed: OpenClaw refused").waitFor();
    await page.getByText("have an owner make you an operator").waitFor();
    await page.keyboard.press("n");
    await page.keyboard.press("Shift+N");
    expect(await page.getByRole("dialog").count()).toBe(0);
    expect(await page.getByRole("button", { name: /^(New agent|Create|Retry|Provision|Cancel)/ }).count()).toBe(0);
    await page.getByRole("button", { name: "Account" }).click();
    await page.getByText("Viewer of Front Office").waitFor();
    await page.keyboard.press("Escape");

    await page.getByRole("link", { name: "Marlow" }).click();
    await page.getByText("An operator or owner can try it again").waitFor();
    expect(await page.getByRole("button", { name: /^(Retry|Cancel)/ }).count()).toBe(0);
    await page.getByRole("link", { name: "Agents" }).first().click();

    await setRole(id, "operator");
    await lookAgain(page);
    await newAgent(page).click();
    await page.getByRole("dialog").getByLabel("Name").fill("Comet the Second");
    await page.keyboard.press("Enter");
    await card(page, "Comet the Second").getByText("Queued", { exact: true }).waitFor();
    // The card is there before the answer.
    await expect
      .poll(() => query("select requested_by from public.activities where message like '%Comet the Second%'"))
      .toEqual([{ requested_by: id }]);
  },
);

it("the page of an agent tells who edited what, and who was let in, also past the function", TIMEOUT, async () => {
  const { page } = await dashboard.visit();
  await page.getByRole("link", { name: "Marlow" }).click();
  const activity = page.getByRole("region", { name: "Activity" });
  await activity
    .getByText(/^Member [0-9a-f]{8} is now owner of this project$/)
    .first()
    .waitFor();
  await query("update public.agents set role = 'Looks away' where agent_id_short = 'marlow'");
  await query("update public.agents set role = 'Elsewhere' where agent_id_short = 'juniper'");
  // By itself: no event tells of it.
  await activity.getByText("Marlow was given another role").waitFor();
  await activity.getByText("Somebody at the database").first().waitFor();
  expect(await activity.getByText("Juniper was given another role").count()).toBe(0);
});

it("a viewer whose page is older than their role is refused in words, and the page learns of it", TIMEOUT, async () => {
  await setMode("members");
  const { page, id, troubles } = await visitAs("demoted@example.com", "operator");
  await newAgent(page).click();
  await page.getByRole("dialog").getByLabel("Name").fill("Too late");
  await setRole(id, "viewer");
  await page.keyboard.press("Enter");
  await page.getByText("You may look at this project, but not change it").first().waitFor();
  await page.keyboard.press("Escape");
  await page.getByText("View only").waitFor();
  expect(await newAgent(page).count()).toBe(0);
  expect(await query("select from public.agents where name = 'Too late'")).toEqual([]);
  expect(troubles.splice(0)).toEqual([expect.stringContaining("status of 403")]);
});

it(
  "a stranger among members sees nothing and is told whom to ask; once added, the page fills by itself",
  TIMEOUT,
  async () => {
    await setMode("members");
    const { page, id } = await visitAs("stranger@example.com");
    await page.getByRole("heading", { name: "You are not a member of any project" }).waitFor();
    await page.getByText("npm run access -- add 'stranger@example.com' viewer --project PROJECT_ID").waitFor();
    expect(await page.getByRole("article").count()).toBe(0);
    expect(await page.getByText("Front Office").count()).toBe(0);

    await setRole(id, "viewer");
    await card(page, "Ricky").waitFor({ timeout: 90_000 });
    await query("select public.remove_member($1, $2)", [PROJECT_ID, id]);
    await lookAgain(page);
    await page.getByRole("heading", { name: "You are not a member of any project" }).waitFor();
  },
);

it(
  "a queued request is cancelled at one press, says who did it, and can be provisioned after all",
  TIMEOUT,
  async () => {
    const { page } = await dashboard.visit();
    const { id } = await dashboard.signInAs(dashboard.owner.email);
    await page.getByRole("link", { name: "Juniper" }).click();
    await page.getByRole("button", { name: "Cancel Juniper" }).click();
    await page.getByRole("button", { name: "Provision Juniper" }).waitFor();
    expect(await readRequest("juniper")).toEqual({ status: "error", code: "cancelled", cancel_requested_by: id });
    await page.getByRole("listitem").filter({ hasText: "Setting up Juniper was cancelled" }).getByText("You").waitFor();
    expect(await page.getByRole("button", { name: "Cancel Juniper" }).count()).toBe(0);

    await page.getByRole("button", { name: "Provision Juniper" }).click();
    await page.getByRole("button", { name: "Cancel Juniper" }).waitFor();
    await page.getByText("Setting up Juniper is tried again").waitFor();
    expect(await readRequest("juniper")).toMatchObject({ status: "queued" });
  },
);

it("a running request that is cancelled stops when its executor next speaks", TIMEOUT, async () => {
  await startRequests(journey.database.query, ["juniper"]);
  const { page } = await dashboard.visit();
  await page.getByRole("link", { name: "Juniper" }).click();
  await page.getByRole("button", { name: "Cancel Juniper" }).click();
  await page.getByText("Cancelling. It stops before OpenClaw is told of it.").waitFor();
  expect(await readRequest("juniper")).toMatchObject({ status: "running" });

  await query(
    `select public.renew_provision_lease(l.request_id, l.claim_token, null, 60)
     from private.request_leases as l join public.agent_provision_requests as r on r.id = l.request_id
     where r.agent_id_short = 'juniper'`,
  );
  await page.getByRole("button", { name: "Provision Juniper" }).waitFor();
  expect(await readRequest("juniper")).toMatchObject({ status: "error", code: "cancelled" });
});

it("a cancellation that comes too late changes nothing and is explained", TIMEOUT, async () => {
  await query("update public.agent_provision_requests set writing_began_at = null where agent_id_short = 'inkwell'");
  const { page, troubles } = await dashboard.visit();
  await page.getByRole("link", { name: "Inkwell" }).click();
  // OpenClaw is told while the press is on its way.
  await page.route("**/requests/*/cancel", async (route) => {
    await query("update public.agent_provision_requests set writing_began_at = now() where agent_id_short = 'inkwell'");
    await route.continue();
  });
  await page.getByRole("button", { name: "Cancel Inkwell" }).click();
  await page.getByText("Inkwell was not cancelled").first().waitFor();
  await page
    .getByText(/OpenClaw is being changed already/)
    .first()
    .waitFor();
  await page.getByText("too late to cancel").waitFor();
  expect(await readRequest("inkwell")).toMatchObject({ status: "running", cancel_requested_by: null });
  expect(troubles.splice(0)).toEqual([expect.stringContaining("status of 409")]);
});

it("a page that others can open says that it is open, until it is not", TIMEOUT, async () => {
  const { path } = await dashboard.signInAs(dashboard.owner.email);
  const { page } = await dashboard.visit(`${dashboard.publicUrl}${path}`);
  await page.getByText("This Hatchery is open").waitFor();
  await page.getByRole("link", { name: "Inkwell" }).click();
  await page.getByRole("heading", { name: "Setting up" }).waitFor();
  expect(await page.getByText("This Hatchery is open").count()).toBe(1);

  await setMode("members");
  await lookAgain(page);
  await page.getByText("This Hatchery is open").waitFor({ state: "detached" });
});

it("on the machine that serves it nothing warns of others", TIMEOUT, async () => {
  const { page } = await dashboard.visit();
  await card(page, "Ricky").waitFor();
  expect(await page.getByText("This Hatchery is open").count()).toBe(0);
});

it("what gets into the page does not run", TIMEOUT, async () => {
  const { page, troubles } = await dashboard.visit("/nowhere");
  await page.route(`${dashboard.url}/`, async (route) => {
    const response = await route.fetch();
    const injected = `<script>hasRun = 1</script><img alt="" src="/none" onerror="hasRun = 2"><p style="color: red">Injected</p>`;
    await route.fulfill({ response, body: (await response.text()).replace("<body>", `<body>${injected}`) });
  });
  await page.goto(dashboard.url);
  await page.getByRole("heading", { name: "Sign in to Hatchery" }).waitFor();
  await page.getByText("Injected").waitFor();
  const write = page.evaluate(`document.body.insertAdjacentHTML("beforeend", "<p>Injected later</p>")`);
  await expect(write).rejects.toThrow("TrustedHTML");
  expect(await page.evaluate("globalThis.hasRun")).toBeUndefined();

  for (const what of ["script-src-elem inline", "script-src-attr inline", "style-src-attr inline"]) {
    await expect.poll(() => troubles.join()).toContain(`Content-Security-Policy: ${what}`);
  }
  troubles.splice(0);
});

it("the page reaches its project and nobody else", TIMEOUT, async () => {
  const { page, troubles } = await dashboard.visit();
  await card(page, "Ricky").waitFor();
  expect(troubles).toEqual([]);
  const asked = page.evaluate(`fetch("${dashboard.publicUrl}/mark.svg", { mode: "no-cors" }).then(() => "answered")`);
  await expect(asked).rejects.toThrow("Failed to fetch");
  await expect.poll(() => troubles.join()).toContain("Content-Security-Policy: connect-src http");
  troubles.splice(0);
});
