import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { expect, test, vi } from "vitest";
import { userEvent } from "vitest/browser";
import { render } from "vitest-browser-react";
import type { RuntimeAgent } from "#contract";
import { accessQuery } from "../../lib/access.ts";
import { exampleAgent, exampleExecutor, exampleRequest } from "../../lib/fleet/example-rows.ts";
import { agentsQuery, executorsQuery, projectsQuery, requestsQuery, runtimesQuery } from "../../lib/fleet/queries.ts";
import type { AgentRow, ExecutorRow, ProjectRow, RuntimeRow } from "../../lib/fleet/rows.ts";
import { Toaster } from "../../ui/toaster.tsx";
import { ExecutorsPage } from "./executors-page.tsx";
import { findingsQuery } from "./queries.ts";

const FRONT: ProjectRow = { id: "front-office", name: "Front Office" };
const BACK: ProjectRow = { id: "back-office", name: "Back Office" };
const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();

const LISTED: RuntimeAgent = {
  ...{ id: "ricky", name: "Ricky", emoji: "🦊", isDefault: false },
  workspace: "~/.openclaw/workspace-ricky",
};

type Case = {
  agents?: readonly AgentRow[];
  list?: readonly RuntimeAgent[];
  projects?: readonly ProjectRow[];
  executor?: Partial<ExecutorRow>;
  role?: "viewer" | "operator";
  answer?: { status: number; body: unknown };
};

/** The page on rows that stand still, and what the function is asked. */
async function show({ agents = [], list = [], projects = [FRONT], executor, role = "operator", answer }: Case) {
  const { status, body } = answer ?? { status: 200, body: {} };
  const fetch = vi.spyOn(globalThis, "fetch").mockImplementation(async () => Response.json(body, { status }));
  const client = new QueryClient({ defaultOptions: { queries: { staleTime: Number.POSITIVE_INFINITY } } });
  const home = exampleExecutor({ workspace_root: "~/.openclaw", last_seen_at: minutesAgo(0), ...executor });
  const runtime: RuntimeRow = { executor_id: "mini", agents: list, published_at: minutesAgo(2), requested_at: null };
  const roles = Object.fromEntries(projects.map(({ id }) => [id, role]));
  client.setQueryData(agentsQuery.queryKey, [...agents]);
  client.setQueryData(requestsQuery.queryKey, []);
  client.setQueryData(executorsQuery.queryKey, [home]);
  client.setQueryData(runtimesQuery.queryKey, [runtime]);
  client.setQueryData(findingsQuery.queryKey, []);
  client.setQueryData(projectsQuery.queryKey, [...projects]);
  client.setQueryData(accessQuery.queryKey, { mode: "members", roles, executor_id: null });
  const screen = await render(
    <QueryClientProvider client={client}>
      <Toaster>
        <ExecutorsPage />
      </Toaster>
    </QueryClientProvider>,
  );
  const asked = () =>
    fetch.mock.calls.map(([input, init]) => [init?.method, String(input).split("/provision-agent/")[1], init?.body]);
  return { screen, client, runtime, asked };
}

test("an agent that only OpenClaw has is adopted at one press, and is on its way then", async () => {
  const agent = exampleAgent();
  const { screen, asked } = await show({
    list: [LISTED],
    answer: { status: 202, body: { agent, request: exampleRequest({ kind: "adopt" }) } },
  });
  await expect.element(screen.getByText("Only there")).toBeVisible();
  screen.getByRole("button", { name: "Adopt Ricky" }).element().focus();
  await userEvent.keyboard("{Enter}");
  await expect.element(screen.getByText("On its way")).toBeVisible();
  await expect.element(screen.getByRole("listitem")).toHaveFocus();
  await expect
    .element(screen.getByRole("link", { name: "Ricky" }))
    .toHaveAttribute("href", "/agents/agent%3Aricky%3Amain");
  const body = JSON.stringify({ executorId: "mini", agentId: "ricky" });
  expect(asked()).toEqual([["POST", "projects/front-office/adopt", body]]);
});

test("who may change several projects is asked into which, by keyboard too", async () => {
  const { screen, asked } = await show({
    list: [LISTED],
    projects: [FRONT, BACK],
    answer: { status: 202, body: { agent: exampleAgent(), request: exampleRequest({ kind: "adopt" }) } },
  });
  await userEvent.tab();
  await userEvent.tab();
  await expect.element(screen.getByRole("button", { name: "Adopt Ricky" })).toHaveFocus();
  await userEvent.keyboard("{Enter}");
  await expect.element(screen.getByRole("menuitem", { name: "Back Office" })).toBeVisible();
  expect(asked()).toEqual([]);
  await screen.getByRole("menuitem", { name: "Back Office" }).click();
  await expect.poll(() => asked().map(([, path]) => path)).toEqual(["projects/back-office/adopt"]);
  await expect.element(screen.getByRole("listitem")).toHaveFocus();
});

test("when the filter leaves an adopted agent out, the focus is on the next one", async () => {
  const list = Array.from({ length: 9 }, (_, index) => ({
    ...LISTED,
    ...{ id: `a${index}`, name: `A${index}`, workspace: `~/.openclaw/workspace-a${index}` },
  }));
  const agent = exampleAgent({ name: "A3", agent_id_short: "a3", agent_key: "agent:a3:main" });
  const request = exampleRequest({ kind: "adopt", agent_key: "agent:a3:main" });
  const { screen } = await show({ list, answer: { status: 202, body: { agent, request } } });
  await screen.getByRole("button", { name: "Only there 9" }).click();
  screen.getByRole("button", { name: "Adopt A3" }).element().focus();
  await userEvent.keyboard("{Enter}");
  await expect.poll(() => screen.getByRole("listitem").elements()).toHaveLength(8);
  await expect.element(screen.getByRole("listitem").filter({ hasText: "A4" })).toHaveFocus();
});

test("a refused adoption is told in the function's own words", async () => {
  const error = { code: "agent_id_taken", message: "It belongs to somebody already", hint: "Reload the page" };
  const { screen } = await show({ list: [LISTED], answer: { status: 409, body: { error } } });
  await screen.getByRole("button", { name: "Adopt Ricky" }).click();
  await expect.element(screen.getByText("Ricky was not adopted")).toBeVisible();
  await expect.element(screen.getByText("It belongs to somebody already. Reload the page.")).toBeVisible();
});

test("one that OpenClaw does not list any more is provisioned again", async () => {
  const agent = exampleAgent({ provisioned: true });
  const { screen, asked } = await show({
    agents: [agent],
    answer: { status: 202, body: { agent: { ...agent, provisioned: false }, request: exampleRequest() } },
  });
  await screen.getByRole("button", { name: "Provision again Ricky" }).click();
  await expect.element(screen.getByText("On its way")).toBeVisible();
  expect(asked().map(([, path]) => path)).toEqual(["projects/front-office/agents/agent%3Aricky%3Amain/provision"]);
});

test("a new list is asked for, and awaited until it comes live", async () => {
  const requestedAt = minutesAgo(0);
  const runtimeAnswer = {
    executorId: "mini",
    agents: [],
    publishedAt: minutesAgo(2),
    ageSeconds: 120,
    requestedAt,
    alive: true,
  };
  const { screen, client, runtime, asked } = await show({ answer: { status: 200, body: runtimeAnswer } });
  const refresh = screen.getByRole("button", { name: "Refresh the list of Mac mini" });
  await refresh.click();
  await expect.element(screen.getByText(/a new list is on its way/)).toBeVisible();
  await expect.element(refresh).toHaveAttribute("aria-busy", "true");
  expect(asked()).toEqual([["GET", "executors/mini/runtime?refresh=1", undefined]]);

  const published = { ...runtime, agents: [LISTED], requested_at: requestedAt, published_at: requestedAt };
  client.setQueryData(runtimesQuery.queryKey, [published]);
  await expect.element(screen.getByText("Only there")).toBeVisible();
  await expect.element(refresh).not.toHaveAttribute("aria-busy");
  expect(screen.getByText(/a new list/).elements()).toEqual([]);
});

test("an executor that is away says since when, and when its list comes", async () => {
  const requestedAt = minutesAgo(1);
  const { screen, client, runtime } = await show({ executor: { last_seen_at: minutesAgo(190) } });
  client.setQueryData(runtimesQuery.queryKey, [{ ...runtime, requested_at: requestedAt }]);
  await expect.element(screen.getByText("Last seen 3 h ago")).toBeVisible();
  await expect.element(screen.getByText(/a new list comes when it is back/)).toBeVisible();
  await expect.element(screen.getByText("npm run executor -- status", { exact: true })).toBeVisible();
});

test("one that takes no requests says why in full", async () => {
  const problem = { code: "disk_full", message: "The disk is full", hint: "Free some space", since: minutesAgo(5) };
  const { screen } = await show({ executor: { problem } });
  for (const words of ["Takes no requests", "The disk is full.", "Free some space.", "disk_full"]) {
    await expect.element(screen.getByText(words, { exact: true })).toBeVisible();
  }
});

test("who may only look sees the same, and no button that changes anything", async () => {
  const { screen } = await show({
    list: [LISTED],
    agents: [exampleAgent({ name: "Moss", agent_id_short: "moss", agent_key: "agent:moss:main" })],
    role: "viewer",
  });
  await expect.element(screen.getByText("Only there")).toBeVisible();
  await expect.element(screen.getByText("Only here")).toBeVisible();
  expect(screen.getByRole("button").elements()).toEqual([]);
});

test("many agents are filtered by state, and shown all at one press", async () => {
  const list = Array.from({ length: 30 }, (_, index) => ({
    ...LISTED,
    id: `a${index}`,
    name: `A${index}`,
    workspace: `~/.openclaw/workspace-a${index}`,
  }));
  const { screen } = await show({ list, agents: [exampleAgent({ provisioned: true })] });
  expect(screen.getByRole("listitem").elements()).toHaveLength(20);
  screen.getByRole("button", { name: "Show all 31" }).element().focus();
  await userEvent.keyboard("{Enter}");
  expect(screen.getByRole("listitem").elements()).toHaveLength(31);
  await expect.element(screen.getByRole("listitem").nth(20)).toHaveFocus();
  await screen.getByRole("button", { name: "Only here 1" }).click();
  await expect.element(screen.getByRole("link", { name: "Ricky" })).toBeVisible();
  expect(screen.getByRole("listitem").elements()).toHaveLength(1);
});
