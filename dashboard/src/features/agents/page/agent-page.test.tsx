import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { expect, test, vi } from "vitest";
import { userEvent } from "vitest/browser";
import { render } from "vitest-browser-react";
import type { Access } from "../../../lib/access.ts";
import { exampleAgent, exampleExecutor, exampleRequest, exampleRuntime } from "../../../lib/fleet/example-rows.ts";
import type { AgentRow, RequestRow } from "../../../lib/fleet/rows.ts";
import { tables } from "../../../lib/live-tables.ts";
import { newAgent } from "../create/new-agent.ts";
import { AgentPage } from "./agent-page.tsx";

const RICKY = exampleAgent({ provisioned: true });
const PROVISIONED = exampleRequest({ status: "done" });
const REMOVAL = exampleRequest({
  ...{ id: "3f0c3f1e-2d5a-4b6c-8f7e-1a2b3c4d5e6f", kind: "deprovision", requested_at: "2026-03-02T12:00:00Z" },
  display_name: "Ricky the Second",
});
const AS_OPERATOR: Access = { mode: "members", roles: { "front-office": "operator" }, executor_id: null };
const AS_VIEWER: Access = { ...AS_OPERATOR, roles: { "front-office": "viewer" } };

type Shown = { agents?: AgentRow[] | null; requests?: RequestRow[]; access?: Access };

/** The page of Ricky over what the cache holds. */
async function show({ agents = [RICKY], requests = [PROVISIONED], access = AS_OPERATOR }: Shown) {
  vi.spyOn(globalThis, "fetch").mockImplementation((input) =>
    // Agents that are not there yet are still being read.
    agents === null && String(input).includes("/agents?")
      ? new Promise(() => undefined)
      : Promise.resolve(Response.json([])),
  );
  const client = new QueryClient({ defaultOptions: { queries: { staleTime: Number.POSITIVE_INFINITY } } });
  if (agents !== null) client.setQueryData(tables.agents.queryKey, agents);
  client.setQueryData(tables.requests.queryKey, requests);
  client.setQueryData(tables.executors.queryKey, [exampleExecutor()]);
  client.setQueryData(tables.runtime.queryKey, [exampleRuntime()]);
  client.setQueryData(["projects"], [{ id: "front-office", name: "Front office" }]);
  client.setQueryData(["access"], access);
  const screen = await render(
    <QueryClientProvider client={client}>
      <AgentPage agentKey="agent:ricky:main" renderDocuments={() => null} />
    </QueryClientProvider>,
  );
  return { screen, client };
}

test("an agent can be edited and removed by whoever may change it", async () => {
  const { screen } = await show({});
  await expect.element(screen.getByRole("button", { name: /^Edit/ })).toBeEnabled();
  await expect.element(screen.getByRole("button", { name: "Remove agent" })).toBeEnabled();
});

test("a viewer is offered neither", async () => {
  const { screen } = await show({ access: AS_VIEWER });
  await expect.element(screen.getByRole("heading", { name: "Ricky", level: 1 })).toBeVisible();
  expect(screen.getByRole("button", { name: /Edit|Remove|Move/ }).elements()).toEqual([]);
  expect(screen.getByText("Remove this agent").elements()).toEqual([]);
});

test("a removal shows its steps, and can be cancelled", async () => {
  const { screen } = await show({ requests: [PROVISIONED, REMOVAL] });
  const steps = screen.getByRole("region", { name: "Removing" });
  await expect.element(steps.getByText(/^Remove from OpenClaw/)).toBeVisible();
  await expect.element(screen.getByRole("button", { name: /^Cancel/ })).toBeVisible();
  await expect.element(screen.getByRole("button", { name: /^Edit/ })).toBeDisabled();
});

test("an identity that could not be saved says why, and is tried again from there", async () => {
  const result = { code: "openclaw_failed", message: "It is locked", step: "identity", attempts: 3 };
  const failed = { ...REMOVAL, kind: "set_identity", status: "error", result, picked_up_at: REMOVAL.requested_at };
  const { screen } = await show({ requests: [PROVISIONED, failed] });
  await expect.element(screen.getByText("It is locked.")).toBeVisible();
  await expect.element(screen.getByRole("button", { name: /^Retry/ })).toBeVisible();
  await expect.element(screen.getByRole("region", { name: "Name and emoji not saved" })).toBeVisible();
});

test("a removal that was called off leaves no error behind", async () => {
  const cancelled = { ...REMOVAL, status: "error", result: { code: "cancelled", message: "Cancelled", attempts: 0 } };
  const { screen } = await show({ requests: [PROVISIONED, cancelled] });
  await expect.element(screen.getByRole("region", { name: "Set up" })).toBeVisible();
  expect(screen.getByText("Cancelled.", { exact: true }).elements()).toEqual([]);
});

test("when its row is gone the page says that it is removed, with its requests and the way to have it again", async () => {
  const { screen, client } = await show({ requests: [PROVISIONED, REMOVAL] });
  await expect.element(screen.getByRole("heading", { name: "Ricky", level: 1 })).toBeVisible();
  client.setQueryData(tables.agents.queryKey, []);
  await expect.element(screen.getByRole("heading", { name: "Ricky the Second is removed", level: 1 })).toBeVisible();
  expect(document.title).toBe("Ricky the Second · Hatchery");
  const history = screen.getByRole("region", { name: "Requests" }).getByRole("listitem");
  expect(history.elements().map((row) => row.textContent)).toEqual([
    expect.stringMatching(/^Removal/),
    expect.stringMatching(/^Set up/),
  ]);
  await screen.getByRole("button", { name: "Create it again" }).click();
  expect(newAgent.read()).toMatchObject({
    isOpen: true,
    draft: { name: "Ricky the Second", emoji: "🦊", ownKey: "agent:ricky:main" },
  });
});

test("all of many requests are shown at one press, and the focus is on the first that was hidden", async () => {
  const requests = Array.from({ length: 7 }, (_, index) => ({ ...PROVISIONED, id: `request-${index}` }));
  const { screen } = await show({ requests });
  const history = screen.getByRole("region", { name: "Requests" });
  history.getByRole("button", { name: "Show all 7" }).element().focus();
  await userEvent.keyboard("{Enter}");
  await expect.element(history.getByRole("listitem").nth(5)).toHaveFocus();
  expect(history.getByRole("listitem").elements()).toHaveLength(7);
});

test("before the agent is read no key is named for editing it, and from then on the key works", async () => {
  const { screen, client } = await show({ agents: null });
  await expect.element(screen.getByLabelText("Loading the agent")).toBeVisible();
  expect(document.querySelectorAll("kbd, [aria-keyshortcuts]")).toHaveLength(0);
  client.setQueryData(tables.agents.queryKey, [RICKY]);
  await expect.element(screen.getByRole("button", { name: /^Edit/ })).toHaveAttribute("aria-keyshortcuts", "e");
  await userEvent.keyboard("e");
  await expect.element(screen.getByRole("dialog", { name: "Edit Ricky" })).toBeVisible();
});

test("an address that never named an agent is told from one that is gone, or is still to come", async () => {
  for (const requests of [[], [exampleRequest()], [exampleRequest({ agent_key: "agent:ada:main", status: "done" })]]) {
    const { screen } = await show({ agents: [], requests });
    await expect.element(screen.getByRole("heading", { name: "There is no agent with this key" })).toBeVisible();
    await screen.unmount();
  }
});
