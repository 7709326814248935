import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { expect, test, vi } from "vitest";
import { userEvent } from "vitest/browser";
import { render } from "vitest-browser-react";
import { exampleAgent, exampleExecutor, exampleRequest } from "../../../lib/fleet/example-rows.ts";
import { agentsQuery, requestsQuery } from "../../../lib/fleet/queries.ts";
import type { AgentRow, ExecutorRow } from "../../../lib/fleet/rows.ts";
import { MoveAgent } from "./move-agent.tsx";

const RICKY = exampleAgent({ provisioned: true });
const MINI = exampleExecutor();
const STUDIO = exampleExecutor({ id: "studio", display_name: "Mac Studio" });
const BOOK = exampleExecutor({ id: "book", display_name: "MacBook" });

async function show(agent: AgentRow, executors: ExecutorRow[], answer: { status: number; body: unknown }) {
  const asked: { url: string; body: unknown }[] = [];
  vi.spyOn(globalThis, "fetch").mockImplementation(async (input, init) => {
    if (init?.method === "POST") asked.push({ url: String(input), body: JSON.parse(String(init.body)) });
    return Response.json(answer.body, { status: answer.status });
  });
  const client = new QueryClient();
  client.setQueryData(agentsQuery.queryKey, [agent]);
  client.setQueryData(requestsQuery.queryKey, []);
  const screen = await render(
    <QueryClientProvider client={client}>
      <MoveAgent agent={agent} executors={executors} />
    </QueryClientProvider>,
  );
  return { screen, client, asked, dialog: screen.getByRole("dialog") };
}

test("the picked Mac is asked for, and the page knows from the answer where the agent belongs", async () => {
  const moved = { ...RICKY, provisioned: false, executor_id: "book" };
  const request = exampleRequest({ executor_id: "book" });
  const answer = { status: 202, body: { agent: moved, request } };
  const { screen, client, asked, dialog } = await show(RICKY, [MINI, STUDIO, BOOK], answer);
  await screen.getByRole("button", { name: "Move to another Mac" }).click();
  await expect.element(dialog.getByText(/Mac mini must not have it in OpenClaw any more/)).toBeVisible();
  await userEvent.selectOptions(dialog.getByLabelText("To"), "MacBook");
  await dialog.getByRole("button", { name: "Move to MacBook" }).click();
  await expect.element(dialog).not.toBeInTheDocument();
  expect(asked).toEqual([
    { url: expect.stringMatching("/agents/agent%3Aricky%3Amain/provision$"), body: { executorId: "book" } },
  ]);
  expect(client.getQueryData(agentsQuery.queryKey)).toEqual([moved]);
  expect(client.getQueryData(requestsQuery.queryKey)).toEqual([request]);
});

test("an agent that may still be there stays, and the dialog says why", async () => {
  const error = {
    code: "agent_live",
    message: "No list says that this agent is missing there",
    hint: "Ask for a new list",
  };
  const { screen, dialog } = await show(RICKY, [MINI, STUDIO], { status: 409, body: { error } });
  await screen.getByRole("button", { name: "Move to another Mac" }).click();
  await dialog.getByRole("button", { name: "Move to Mac Studio" }).click();
  await expect.element(dialog.getByRole("alert")).toHaveTextContent(`${error.message}.${error.hint}.`);
});

test.each([
  ["there is one Mac", RICKY, [MINI]],
  ["it belongs to none yet", { ...RICKY, executor_id: null }, [MINI, STUDIO]],
  ["it is OpenClaw's own", { ...RICKY, agent_key: "agent:main:main" }, [MINI, STUDIO]],
])("nothing moves where %s", async (_why, agent, executors) => {
  const { screen } = await show(agent, executors, { status: 500, body: {} });
  expect(screen.getByRole("button").elements()).toEqual([]);
});
