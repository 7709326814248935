import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { beforeEach, expect, test } from "vitest";
import { page, userEvent } from "vitest/browser";
import { render } from "vitest-browser-react";
import type { Failure } from "../../../lib/error-text.ts";
import { newAgents } from "./new-agents.ts";
import { NewAgentsDialog } from "./new-agents-dialog.tsx";

const executor = (id: string) => ({
  id,
  display_name: id,
  last_seen_at: "2026-11-22T12:00:00Z",
  workspace_root: null,
  problem: null,
});

async function openDialog({ executors = [executor("mini")], text = "" } = {}) {
  const client = new QueryClient({ defaultOptions: { queries: { staleTime: Number.POSITIVE_INFINITY } } });
  client.setQueryData(["agents"], []);
  client.setQueryData(["runtime"], []);
  client.setQueryData(["executors"], executors);
  client.setQueryData(["projects"], [{ id: "front-office", name: "Front office" }]);
  newAgents.tell({ type: "edited", changes: { text } });
  newAgents.tell({ type: "opened" });
  const screen = await render(
    <QueryClientProvider client={client}>
      <NewAgentsDialog />
    </QueryClientProvider>,
  );
  await expect.element(screen.getByRole("dialog", { name: "New agents" })).toBeVisible();
  return screen;
}

const area = () => page.getByLabelText("List").element();
const selectedText = () => getSelection()?.toString();
const drop = (file: File) => {
  const dataTransfer = new DataTransfer();
  dataTransfer.items.add(file);
  for (const type of ["dragenter", "dragover", "drop"]) {
    area().dispatchEvent(new DragEvent(type, { bubbles: true, cancelable: true, dataTransfer }));
  }
};

beforeEach(async () => {
  await page.viewport(1280, 800);
  newAgents.tell({ type: "edited", changes: { text: "", executorId: null, projectId: null } });
  newAgents.tell({ type: "closed" });
});

test("what is wrong leads to its line", async () => {
  const screen = await openDialog({ text: "Ricky\nAda, 🦊🦉\n\n, nameless" });
  await screen.getByRole("button", { name: "2 with problems: go to the first" }).click();
  expect(selectedText()).toBe("Ada, 🦊🦉");
  await screen.getByRole("button", { name: "Line 4: go there" }).click();
  expect(selectedText()).toBe(", nameless");
});

test("the button counts, and says what has to be done first", async () => {
  const screen = await openDialog();
  const create = (words: RegExp) => expect.element(screen.getByRole("button", { name: words }));
  await create(/^Create agents/).toHaveAccessibleDescription("Nothing to create yet");
  await userEvent.fill(area(), "Ricky\nAda, 🦊🦉");
  await create(/^Create 2 agents/).toHaveAccessibleDescription("Mend 1 line first");
  await userEvent.fill(area(), "Ricky");
  await create(/^Create 1 agent\b/).toHaveAttribute("aria-disabled", "false");
});

test("of more than fifty lines the last ones are too many, and are named", async () => {
  const lines = Array.from({ length: 53 }, (_, index) => `Agent ${index}`);
  const screen = await openDialog({ text: lines.join("\n") });
  await expect.element(screen.getByText(/^Lines 51 to 53 are too many/)).toBeInTheDocument();
  expect(screen.getByRole("listitem").elements()).toHaveLength(51);
  await screen.getByRole("button", { name: "3 too many: go to the first" }).click();
  expect(selectedText()).toBe("Agent 50");
});

test("a file that is dropped is read, one that is much too large is not", async () => {
  const screen = await openDialog();
  drop(new File(["name,emoji\nZoë,🦉\n"], "agents.csv"));
  await expect.element(screen.getByText("agent:zoe:main")).toBeVisible();
  await expect.element(screen.getByText("Columns: name, emoji")).toBeVisible();
  drop(new File(["x".repeat(1024 * 1024 + 1)], "film.mov"));
  await expect.element(screen.getByText("film.mov is larger than 1 MB, and most likely no list")).toBeVisible();
  expect(area()).toHaveValue("name,emoji\nZoë,🦉\n");
});

test("JSON on one line makes as many agents as it holds", async () => {
  const screen = await openDialog({ text: '[{"name":"Ricky","emoji":"x"},{"name":"Ada","emoji":"y"},{"name":"Bo"}]' });
  await expect.element(screen.getByText("agent:bo:main")).toBeInTheDocument();
  expect(screen.getByText("Choose exactly one emoji").elements()).toHaveLength(2);
});

test("where there are several Macs one is chosen for all of them", async () => {
  const screen = await openDialog({ executors: [executor("mini"), executor("studio")], text: "Ricky" });
  await userEvent.selectOptions(screen.getByLabelText("Executor"), "studio");
  expect(newAgents.read().draft).toMatchObject({ text: "Ricky", executorId: "studio" });
});

test("a refusal that is about none of the lines is said once, with its hint", async () => {
  const screen = await openDialog();
  const words = { code: "rate_limited", message: "Too many agents were created", hint: "Wait a minute" } as const;
  const errors = [0, 1].map((index) => ({ index, ...words }));
  const problem: Failure = { code: "rate_limited", message: "2 of 2 agents cannot be created, so none was", errors };
  newAgents.tell({ type: "closed" });
  const draft = { text: "Ricky\nAda", executorId: null, projectId: null };
  newAgents.bringBack({ key: crypto.randomUUID(), creations: [], draft }, problem);
  await expect
    .element(screen.getByRole("alert"))
    .toHaveTextContent("2 of 2 agents cannot be created, so none was.Too many agents were created. Wait a minute.");
  await expect.poll(() => screen.getByRole("listitem").elements()).toHaveLength(2);
});
