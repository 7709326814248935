import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { expect, test, vi } from "vitest";
import { userEvent } from "vitest/browser";
import { render } from "vitest-browser-react";
import { Router } from "wouter";
import { memoryLocation } from "wouter/memory-location";
import { type Access, accessQuery } from "../../lib/access.ts";
import { exampleAgent, exampleExecutor, exampleRequest } from "../../lib/fleet/example-rows.ts";
import { agentsQuery, executorsQuery, projectsQuery, requestsQuery, runtimesQuery } from "../../lib/fleet/queries.ts";
import type { RequestRow } from "../../lib/fleet/rows.ts";
import { Toaster } from "../../ui/toaster.tsx";
import { RequestsPage } from "./requests-page.tsx";

const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();
const OPEN: Access = { mode: "open", roles: {}, executor_id: null };
const VIEWER: Access = { mode: "members", roles: { "front-office": "viewer" }, executor_id: null };

const FAILED = exampleRequest({
  ...{ id: "failed", requested_at: minutesAgo(5), picked_up_at: minutesAgo(5), completed_at: minutesAgo(4) },
  ...{ status: "error", attempts: 3, requested_by: "anon" },
  progress: [{ step: "workspace", state: "done", ms: 10 }],
  result: { code: "openclaw_failed", message: "The file is locked", hint: "Close it", step: "add", attempts: 3 },
});
const REMOVED = exampleRequest({
  ...{ id: "removed", kind: "deprovision", display_name: "Vega", agent_key: "agent:vega:main", status: "done" },
  ...{ requested_at: minutesAgo(60), picked_up_at: minutesAgo(60), completed_at: minutesAgo(59), attempts: 1 },
  result: { agentId: "vega", workspaceDir: "~/w/vega", openclawVersion: "2026.9.6", workspace: "trashed", steps: [] },
});

type Setting = { requests?: RequestRow[]; access?: Access; path?: string; lastSeen?: number };

/** The page at its address, the cache it reads, and what the function is asked. */
async function show({ requests = [REMOVED, FAILED], access = OPEN, path = "/requests", lastSeen = 0 }: Setting = {}) {
  const client = new QueryClient({ defaultOptions: { queries: { staleTime: Number.POSITIVE_INFINITY } } });
  client.setQueryData(requestsQuery.queryKey, requests);
  client.setQueryData(agentsQuery.queryKey, [exampleAgent({ created_at: minutesAgo(90) })]);
  client.setQueryData(executorsQuery.queryKey, [exampleExecutor({ last_seen_at: minutesAgo(lastSeen) })]);
  client.setQueryData(runtimesQuery.queryKey, []);
  client.setQueryData(projectsQuery.queryKey, [{ id: "front-office", name: "Front Office" }]);
  client.setQueryData(accessQuery.queryKey, access);
  const location = memoryLocation({ path, record: true });
  const screen = await render(
    <QueryClientProvider client={client}>
      <Toaster>
        <Router hook={location.hook} searchHook={location.searchHook}>
          <RequestsPage />
        </Router>
      </Toaster>
    </QueryClientProvider>,
  );
  const row = (name: string | RegExp) => screen.getByRole("listitem").filter({ hasText: name });
  const toggle = (name: RegExp) => screen.getByRole("button", { name });
  return { screen, client, row, toggle, address: () => location.history.at(-1) };
}

test("each request says what became of what, for whom and by whom", async () => {
  const { screen, row } = await show();
  const rows = screen.getByRole("listitem");
  await expect.element(rows.nth(0).getByText("Ricky")).toBeVisible();
  for (const words of ["Set up", /Somebody not signed in$/, "Failed: OpenClaw refused", "5 min ago", /3 attempts$/]) {
    await expect.element(row("Ricky").getByText(words)).toBeVisible();
  }
  await expect
    .element(row("Ricky").getByRole("link", { name: "Ricky" }))
    .toHaveAttribute("href", "/agents/agent%3Aricky%3Amain");
  for (const words of ["is gone", "Removal", "Done", "1 min 00 s"]) {
    await expect.element(row("Vega").getByText(words)).toBeVisible();
  }
  expect(row("Vega").getByRole("link").elements()).toEqual([]);
});

test("what is looked for stands in the address, and can be given up at once", async () => {
  const { screen, address } = await show();
  await screen.getByRole("button", { name: /^Done/ }).click();
  await screen.getByLabelText("Filter by kind").selectOptions("Removal");
  await expect.poll(() => screen.getByRole("listitem").elements()).toHaveLength(1);
  expect(address()).toBe("/requests?state=done&kind=deprovision");

  await screen.getByRole("button", { name: /^Done/ }).click();
  await userEvent.keyboard("/nobody");
  await expect.element(screen.getByText("No request fits")).toBeVisible();
  expect(address()).toBe("/requests?state=done&kind=deprovision&q=nobody");
  await screen.getByRole("button", { name: "Clear filters" }).click();
  await expect.poll(() => screen.getByRole("listitem").elements()).toHaveLength(2);
  expect(address()).toBe("/requests");
});

test("an address opens what it names", async () => {
  const { screen } = await show({ path: "/requests?state=failed" });
  await expect.poll(() => screen.getByRole("listitem").elements()).toHaveLength(1);
  await expect.element(screen.getByRole("button", { name: /^Failed/ })).toHaveAttribute("aria-pressed", "true");
  await screen.unmount();
  const other = await show({ path: "/requests?request=removed" });
  await expect.element(other.screen.getByText(/^Gone from openclaw agents list/)).toBeVisible();
  await expect.element(other.toggle(/Vega/)).toHaveFocus();
});

test("by keyboard alone one comes to a request, opens and closes it", async () => {
  const { screen, toggle, address } = await show();
  await screen.getByRole("button", { name: /^All/ }).click();
  await userEvent.keyboard("{Tab}{Tab}{Tab}");
  await expect.element(toggle(/Ricky/)).toHaveFocus();
  await userEvent.keyboard("{ArrowDown}");
  await expect.element(toggle(/Vega/)).toHaveFocus();
  await userEvent.keyboard("{Enter}");
  await expect.element(toggle(/Vega/)).toHaveAttribute("aria-expanded", "true");
  for (const words of ["Moved to the trash", "2026.9.6", "~/w/vega", "Gone, done"]) {
    await expect.element(screen.getByText(words)).toBeVisible();
  }
  expect(address()).toBe("/requests?request=removed");
  await userEvent.keyboard("{Enter}");
  await expect.element(toggle(/Vega/)).toHaveAttribute("aria-expanded", "false");
  await expect.element(toggle(/Vega/)).toHaveFocus();
});

test("what failed is said in full, and tried again at one press", async () => {
  const queued = exampleRequest({ id: "again", retry_of: "failed", requested_at: minutesAgo(0) });
  const fetch = vi.spyOn(globalThis, "fetch").mockImplementation(async () => Response.json({ request: queued }));
  const { screen, row, toggle } = await show();
  await toggle(/Ricky/).click();
  for (const words of ["The file is locked.", "Close it.", "openclaw_failed", "Not added to OpenClaw, failed"]) {
    await expect.element(screen.getByText(words)).toBeVisible();
  }
  await screen.getByRole("button", { name: "Retry Ricky" }).click();
  await expect.element(row("Queued").first()).toBeVisible();
  expect(fetch.mock.calls.map(([input]) => String(input))).toEqual([
    expect.stringMatching(/\/provision-agent\/requests\/failed\/retry$/),
  ]);
  // The newer one has taken its place, and each leads to the other.
  await expect.poll(() => screen.getByRole("button", { name: "Retry Ricky" }).elements()).toEqual([]);
  await screen.getByRole("link", { name: /^tried again/ }).click();
  await expect.element(toggle(/Ricky, Queued/)).toHaveAttribute("aria-expanded", "true");
  await expect.element(screen.getByText(/^Second try/)).toBeVisible();
  await expect.element(screen.getByRole("button", { name: "Cancel Ricky" })).toBeVisible();
});

test("whoever may only look is offered nothing", async () => {
  const queued = exampleRequest({ id: "queued", agent_key: "agent:ada:main", display_name: "Ada" });
  const { screen, toggle } = await show({ access: VIEWER, requests: [FAILED, queued] });
  await expect.element(screen.getByText("View only")).toBeVisible();
  await toggle(/Ricky/).click();
  await expect.element(screen.getByText(/you may only look/)).toBeVisible();
  await toggle(/Ada/).click();
  expect(screen.getByRole("button", { name: /^(Retry|Cancel) / }).elements()).toEqual([]);
});

test("a request whose Mac is away says since when, and that it goes on by itself", async () => {
  const { screen, row, toggle } = await show({ requests: [exampleRequest()], lastSeen: 190 });
  await expect.element(row("Ricky").getByText("Waiting for its Mac")).toBeVisible();
  await toggle(/Ricky/).click();
  await expect.element(screen.getByText("Waiting for Mac mini · last seen 3 h ago")).toBeVisible();
  await expect.element(screen.getByText("It starts by itself as soon as Mac mini is back.")).toBeVisible();
});

test("before anything was asked for, the page says what will be here", async () => {
  const { screen } = await show({ requests: [] });
  await expect.element(screen.getByText("Nothing has been asked for yet")).toBeVisible();
});

const MANY = Array.from({ length: 5000 }, (_, index) =>
  exampleRequest({ id: `many-${index}`, status: "done", requested_at: minutesAgo(index + 1) }),
);
const NEW = exampleRequest({
  id: "new",
  display_name: "Ada",
  agent_key: "agent:ada:main",
  requested_at: minutesAgo(0),
});

test("of thousands only those in sight are in the page, and a new one shows at the top", async () => {
  const { screen, client } = await show({ requests: MANY });
  await expect.element(screen.getByText("5,000 requests, 0 open")).toBeVisible();
  expect(screen.getByRole("listitem").elements().length).toBeLessThan(60);
  client.setQueryData(requestsQuery.queryKey, [...MANY, NEW]);
  await expect.element(screen.getByRole("listitem").first().getByText("Ada")).toBeVisible();
});

test("whoever reads further down is not pushed away by a new one", async () => {
  const { screen, client } = await show({ requests: MANY });
  await expect.element(screen.getByText("5,000 requests, 0 open")).toBeVisible();
  window.scrollTo(0, 20_000);
  /** Where the rows in sight stand, by what they are. */
  const places = () => {
    const rows = [...document.querySelectorAll("li[data-index]")].filter((row) => row.getBoundingClientRect().top > 0);
    return rows.map((row) => `${row.querySelector("time")?.title} at ${Math.round(row.getBoundingClientRect().top)}`);
  };
  let last: string[] = [];
  const isAtRest = () => {
    const [now, before] = [places(), last];
    last = now;
    return now.length > 5 && now.join() === before.join();
  };
  await expect.poll(isAtRest).toBe(true);
  const before = places()[3];
  client.setQueryData(requestsQuery.queryKey, [...MANY, NEW]);
  await expect.element(screen.getByText("5,001 requests, 1 open")).toBeInTheDocument();
  await expect.poll(isAtRest).toBe(true);
  expect(places()).toContain(before);
});
