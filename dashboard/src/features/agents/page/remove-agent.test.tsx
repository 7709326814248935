import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { expect, test, vi } from "vitest";
import { page, userEvent } from "vitest/browser";
import { render } from "vitest-browser-react";
import { Router } from "wouter";
import { memoryLocation } from "wouter/memory-location";
import { exampleAgent, exampleExecutor, exampleRequest } from "../../../lib/fleet/example-rows.ts";
import { agentsQuery, requestsQuery } from "../../../lib/fleet/queries.ts";
import type { AgentRow, RequestRow } from "../../../lib/fleet/rows.ts";
import { Toaster } from "../../../ui/toaster.tsx";
import { RemoveAgent } from "./remove-agent.tsx";

const RICKY = exampleAgent({ provisioned: true });
const QUEUED = exampleRequest();

type Answer = { status: number; body: unknown };
const REMOVED: Answer = { status: 202, body: { removed: true, request: null } };

type Shown = { agent?: AgentRow; requests?: RequestRow[]; answer?: Answer };

/** The section on the agent's page over a function that answers like this. */
async function show({ agent = RICKY, requests = [], answer = REMOVED }: Shown = {}) {
  await page.viewport(1280, 800);
  const asked: string[] = [];
  vi.spyOn(globalThis, "fetch").mockImplementation(async (input, init) => {
    asked.push(`${init?.method} ${new URL(String(input)).pathname}`);
    return Response.json(answer.body, { status: answer.status });
  });
  const client = new QueryClient();
  client.setQueryData(agentsQuery.queryKey, [agent, exampleAgent({ id: "2", agent_key: "agent:ada:main" })]);
  client.setQueryData(requestsQuery.queryKey, requests);
  const location = memoryLocation({ path: "/agents/agent%3Aricky%3Amain", record: true });
  const screen = await render(
    <QueryClientProvider client={client}>
      <Toaster>
        <Router hook={location.hook}>
          <RemoveAgent agent={agent} requests={requests} executors={[exampleExecutor()]} isRemoving={false} />
        </Router>
      </Toaster>
    </QueryClientProvider>,
  );
  const dialog = screen.getByRole("dialog");
  const open = () => screen.getByRole("button", { name: "Remove agent" }).click();
  return {
    screen,
    client,
    asked,
    location,
    dialog,
    open,
    confirm: dialog.getByRole("button", { name: "Remove agent" }),
  };
}

const agentIds = (client: QueryClient) => client.getQueryData<AgentRow[]>(agentsQuery.queryKey)?.map(({ id }) => id);

test("the typed name opens the way: not another, and not Enter before it is whole", async () => {
  const { asked, dialog, open, confirm } = await show({ agent: { ...RICKY, name: "Zo\u00EB" } });
  await open();
  await expect.element(dialog.getByRole("textbox")).toHaveFocus();
  for (const wrong of ["", "Zo", "zo\u00EB"]) {
    await userEvent.fill(dialog.getByRole("textbox"), wrong);
    await expect.element(confirm).toBeDisabled();
    await userEvent.keyboard("{Enter}");
  }
  expect(asked).toEqual([]);
  await userEvent.fill(dialog.getByRole("textbox"), " Zoe\u0308 ");
  await expect.element(confirm).toBeEnabled();
  await userEvent.keyboard("{Enter}");
  await expect
    .poll(() => asked)
    .toEqual([expect.stringMatching("^DELETE .*/provision-agent/projects/front-office/agents/agent%3Aricky%3Amain$")]);
});

test("an agent that is gone at once leaves the page, and a message says so", async () => {
  const cancelled = { ...QUEUED, status: "error", result: { code: "cancelled", message: "Cancelled", attempts: 0 } };
  const { screen, client, location, dialog, open } = await show({
    requests: [QUEUED],
    answer: { status: 202, body: { removed: true, request: cancelled } },
  });
  await open();
  await userEvent.fill(dialog.getByRole("textbox"), "Ricky");
  await userEvent.keyboard("{Enter}");
  await expect.element(screen.getByText("Ricky is removed")).toBeVisible();
  expect(location.history?.at(-1)).toBe("/");
  expect(agentIds(client)).toEqual(["2"]);
  expect(client.getQueryData(requestsQuery.queryKey)).toEqual([cancelled]);
});

test("an agent that OpenClaw has stays on its page while it is being removed", async () => {
  const removal = exampleRequest({ id: "3f0c3f1e-2d5a-4b6c-8f7e-1a2b3c4d5e6f", kind: "deprovision" });
  const { client, location, dialog, open, confirm } = await show({
    answer: { status: 202, body: { removed: false, request: removal } },
  });
  await open();
  await userEvent.fill(dialog.getByRole("textbox"), "Ricky");
  await confirm.click();
  await expect.element(dialog).not.toBeInTheDocument();
  expect(client.getQueryData(requestsQuery.queryKey)).toEqual([removal]);
  expect(agentIds(client)).toEqual(["1", "2"]);
  expect(location.history).toHaveLength(1);
});

test("a refusal stands in the dialog in the function's own words, with the name that was typed", async () => {
  const error = { code: "request_open", message: "A request is being carried out", hint: "Cancel it, or wait" };
  const { dialog, open, confirm } = await show({ answer: { status: 409, body: { error } } });
  await open();
  await userEvent.fill(dialog.getByRole("textbox"), "Ricky");
  await confirm.click();
  await expect
    .element(dialog.getByRole("alert"))
    .toHaveTextContent("A request is being carried out.Cancel it, or wait.");
  await expect.element(dialog.getByRole("textbox")).toHaveValue("Ricky");
  await expect.element(confirm).toBeEnabled();
});

test("a Mac that is away is named before anybody confirms", async () => {
  const { dialog, open } = await show();
  await open();
  await expect
    .element(dialog.getByText(/^Mac mini was last seen .*\. The agent is removed once it is back\.$/))
    .toBeVisible();
});

test("OpenClaw's own agent cannot be removed, and a sentence says why", async () => {
  const { screen } = await show({ agent: { ...RICKY, agent_key: "agent:main:main" } });
  await expect.element(screen.getByText(/OpenClaw's own agent/)).toBeVisible();
  expect(screen.getByRole("button").elements()).toEqual([]);
});
