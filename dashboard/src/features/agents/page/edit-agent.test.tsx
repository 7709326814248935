import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { expect, test, vi } from "vitest";
import { page, userEvent } from "vitest/browser";
import { render } from "vitest-browser-react";
import { exampleAgent, exampleRequest } from "../../../lib/fleet/example-rows.ts";
import { agentsQuery, requestsQuery } from "../../../lib/fleet/queries.ts";
import type { AgentRow, RequestRow } from "../../../lib/fleet/rows.ts";
import { Toaster } from "../../../ui/toaster.tsx";
import { EditAgent } from "./edit-agent.tsx";

const RICKY = exampleAgent({ provisioned: true });

type Answer = { status: number; body: unknown };
const taken = (agent: AgentRow, request: RequestRow | null): Answer => ({ status: 202, body: { agent, request } });
const refused = (error: object): Answer => ({ status: 409, body: { error } });

/** The button over a function that answers like this; what it is asked, and what the page knows afterwards. */
async function show(agent: AgentRow, answer: Answer) {
  await page.viewport(1280, 800);
  const asked: { method: string | undefined; url: string; body: unknown }[] = [];
  vi.spyOn(globalThis, "fetch").mockImplementation(async (input, init) => {
    asked.push({ method: init?.method, url: String(input), body: JSON.parse(String(init?.body)) });
    return Response.json(answer.body, { status: answer.status });
  });
  const client = new QueryClient();
  client.setQueryData(agentsQuery.queryKey, [agent]);
  client.setQueryData(requestsQuery.queryKey, []);
  const screen = await render(
    <QueryClientProvider client={client}>
      <Toaster>
        <EditAgent agent={agent} isRemoving={false} />
      </Toaster>
    </QueryClientProvider>,
  );
  const dialog = screen.getByRole("dialog", { name: `Edit ${agent.name}` });
  const save = dialog.getByRole("button", { name: /^Save/ });
  return { screen, client, asked, dialog, save };
}

test("only what was changed is sent, and the page knows it from the answer", async () => {
  const renamed = { ...RICKY, name: "Ada" };
  const request = exampleRequest({ kind: "set_identity", display_name: "Ada" });
  const { screen, client, asked, dialog, save } = await show(RICKY, taken(renamed, request));
  await screen.getByRole("button", { name: /^Edit/ }).click();
  await expect.element(dialog.getByLabelText("Name")).toHaveValue("Ricky");
  await expect.element(dialog.getByRole("textbox", { name: /^Purpose/ })).toHaveValue("answers the phone");
  await userEvent.fill(dialog.getByLabelText("Name"), " Ada ");
  await save.click();
  await expect.element(dialog).not.toBeInTheDocument();
  expect(asked).toEqual([
    {
      method: "PATCH",
      url: expect.stringMatching("/provision-agent/projects/front-office/agents/agent%3Aricky%3Amain$"),
      body: { displayName: "Ada" },
    },
  ]);
  expect(client.getQueryData(agentsQuery.queryKey)).toEqual([renamed]);
  expect(client.getQueryData(requestsQuery.queryKey)).toEqual([request]);
});

test("nothing can be saved while nothing is changed, or something is wrong", async () => {
  const { screen, asked, dialog, save } = await show(RICKY, refused({}));
  await screen.getByRole("button", { name: /^Edit/ }).click();
  await expect.element(save).toBeDisabled();
  await userEvent.keyboard("{Enter}");
  await userEvent.fill(dialog.getByLabelText("Name"), "");
  await expect.element(dialog.getByText("Give the agent a name")).toBeVisible();
  await expect.element(save).toBeDisabled();
  await userEvent.keyboard("{Enter}");
  await userEvent.fill(dialog.getByLabelText("Name"), "Ricky ");
  await expect.element(save).toBeDisabled();
  expect(asked).toEqual([]);
});

test("a refusal is told in the function's own words, and what was typed stays for the next try", async () => {
  const error = {
    code: "request_open",
    message: "OpenClaw is being told of this agent right now",
    hint: "Wait for that to end, then change the agent",
  };
  const { screen, asked, dialog, save } = await show(RICKY, refused(error));
  await screen.getByRole("button", { name: /^Edit/ }).click();
  await userEvent.fill(dialog.getByLabelText("Name"), "Ada");
  await userEvent.keyboard("{Enter}");
  await expect.element(dialog.getByRole("alert")).toHaveTextContent(`${error.message}.${error.hint}.`);
  await expect.element(dialog.getByLabelText("Name")).toHaveValue("Ada");
  await save.click();
  await expect.poll(() => asked.filter(({ method }) => method === "PATCH")).toHaveLength(2);
});

test("a refusal that names a field stands at it", async () => {
  const error = {
    code: "invalid_request",
    message: "The database does not take this displayName",
    field: "displayName",
  };
  const { screen, dialog } = await show(RICKY, refused(error));
  await screen.getByRole("button", { name: /^Edit/ }).click();
  await userEvent.fill(dialog.getByLabelText("Name"), "Ada");
  await userEvent.keyboard("{Enter}");
  await expect.element(dialog.getByLabelText("Name")).toHaveAccessibleDescription(error.message);
  expect(dialog.getByRole("alert").elements()).toEqual([]);
  await userEvent.fill(dialog.getByLabelText("Name"), "Adam");
  await expect.element(dialog.getByLabelText("Name")).not.toHaveAccessibleDescription(error.message);
});

test("a refusal that comes after the dialog was closed brings it back with what was typed", async () => {
  const { screen, dialog } = await show(RICKY, refused({ code: "request_open", message: "Not now" }));
  await screen.getByRole("button", { name: /^Edit/ }).click();
  await userEvent.fill(dialog.getByLabelText("Name"), "Ada");
  const late = Promise.withResolvers<void>();
  const answer = vi.mocked(globalThis.fetch).getMockImplementation();
  vi.mocked(globalThis.fetch).mockImplementation(async (...call) => {
    await late.promise;
    if (answer === undefined) throw new Error("Nobody answers");
    return answer(...call);
  });
  await userEvent.keyboard("{Enter}");
  await userEvent.keyboard("{Escape}");
  await expect.element(dialog).not.toBeInTheDocument();
  late.resolve();
  await expect.element(dialog.getByLabelText("Name")).toHaveValue("Ada");
  await expect.element(dialog.getByText("Not now.")).toBeVisible();
});

test("an agent that is still queued is set up under its new name, and the page says so", async () => {
  const renamed = { ...RICKY, provisioned: false, name: "Ada" };
  const { screen, dialog } = await show({ ...renamed, name: "Ricky" }, taken(renamed, exampleRequest()));
  await screen.getByRole("button", { name: /^Edit/ }).click();
  await userEvent.fill(dialog.getByLabelText("Name"), "Ada");
  await userEvent.keyboard("{Enter}");
  await expect.element(screen.getByText("Ada is saved")).toBeVisible();
  await expect.element(screen.getByText("It is set up under the new name.")).toBeVisible();
});

test("the emoji stays what it is, whatever name is typed", async () => {
  const plain = { ...RICKY, emoji: null };
  const { screen, asked, dialog, save } = await show(plain, taken(plain, null));
  await screen.getByRole("button", { name: /^Edit/ }).click();
  await userEvent.fill(dialog.getByLabelText("Name"), "Fox");
  await expect.element(dialog.getByRole("button", { name: "Emoji: 🤖" })).toBeVisible();
  await save.click();
  await expect.poll(() => asked.map(({ body }) => body)).toEqual([{ displayName: "Fox" }]);
});

test("the key e opens it with the focus on the name, and Escape leads back", async () => {
  const { screen, dialog } = await show(RICKY, refused({}));
  await userEvent.keyboard("e");
  await expect.element(dialog.getByLabelText("Name")).toHaveFocus();
  await userEvent.fill(dialog.getByLabelText("Name"), "Ada");
  await userEvent.keyboard("{Escape}");
  await expect.element(screen.getByRole("button", { name: /^Edit/ })).toHaveFocus();
  await userEvent.keyboard("e");
  await expect.element(dialog.getByLabelText("Name")).toHaveValue("Ricky");
});
