import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { beforeEach, expect, test, vi } from "vitest";
import { userEvent } from "vitest/browser";
import { render } from "vitest-browser-react";
import { Route, Router } from "wouter";
import { memoryLocation } from "wouter/memory-location";
import { DOCUMENT_TYPES } from "#contract";
import { exampleAgent, exampleExecutor, exampleRequest } from "../../lib/fleet/example-rows.ts";
import { askGuard } from "../../lib/leave-guard.ts";
import { tables } from "../../lib/live-tables.ts";
import { DocumentsPage } from "./documents-page.tsx";
import { exampleDisk, exampleDocument } from "./example-documents.ts";
import { documentsQuery, textQuery } from "./queries.ts";

const RICKY = exampleAgent({ provisioned: true });
const PATH = "/agents/agent%3Aricky%3Amain/documents";

/** Ricky's documents, at an address. Every file says its own name, and MEMORY.md conflicts. */
async function show(path: string) {
  vi.spyOn(globalThis, "fetch").mockImplementation(async () => Response.json([]));
  const client = new QueryClient({ defaultOptions: { queries: { staleTime: Number.POSITIVE_INFINITY } } });
  client.setQueryData(tables.agents.queryKey, [RICKY]);
  client.setQueryData(tables.requests.queryKey, [exampleRequest({ status: "done" })]);
  client.setQueryData(tables.executors.queryKey, [exampleExecutor({ last_seen_at: new Date().toISOString() })]);
  client.setQueryData(["access"], { mode: "open", roles: {}, executor_id: null });
  const rows = DOCUMENT_TYPES.map((type) =>
    exampleDocument({
      ...{ id: type, doc_type: type },
      brain_doc_disk: [exampleDisk({ conflict_version: type === "memory_long" ? 9 : null })],
    }),
  );
  client.setQueryData(documentsQuery(RICKY).queryKey, rows);
  for (const { id } of rows) {
    client.setQueryData(textQuery(id, 3).queryKey, { content: `This is ${id}`, revision: 3, doc_date: null });
  }
  const location = memoryLocation({ path, record: true });
  const screen = await render(
    <QueryClientProvider client={client}>
      <Router hook={location.hook} searchHook={location.searchHook} aroundNav={askGuard}>
        <Route path="/agents/:key/documents/:type">
          {({ type }) => <DocumentsPage agentKey="agent:ricky:main" typeName={type} />}
        </Route>
        <Route path="/agents/:key">The page of Ricky</Route>
      </Router>
    </QueryClientProvider>,
  );
  const reads = (text: string) => expect.element(screen.getByText(text)).toBeVisible();
  return { screen, location, reads };
}

beforeEach(() => localStorage.clear());

test("an address opens its document, and the arrows lead from one to the next and around", async () => {
  const { screen, location, reads } = await show(`${PATH}/user`);
  await reads("This is user");
  await expect.element(screen.getByRole("tab", { name: "User" })).toHaveAttribute("aria-selected", "true");
  screen.getByRole("tab", { name: "User" }).element().focus();
  await userEvent.keyboard("{ArrowLeft}");
  await reads("This is soul");
  await expect.element(screen.getByRole("tab", { name: "Soul" })).toHaveFocus();
  await userEvent.keyboard("{ArrowLeft}");
  await reads("This is identity");
  await userEvent.keyboard("{Home}");
  await reads("This is soul");
  await userEvent.keyboard("{End}{ArrowRight}");
  await reads("This is soul");
  expect(location.history.slice(0, 3)).toEqual([`${PATH}/user`, `${PATH}/soul`, `${PATH}/identity`]);
});

test("the project of an address stays in it from tab to tab", async () => {
  const { screen, location, reads } = await show(`${PATH}/user?project=front-office`);
  await screen.getByRole("tab", { name: "Soul" }).click();
  await reads("This is soul");
  expect(location.history.at(-1)).toBe(`${PATH}/soul?project=front-office`);
});

test("a tab says from afar that something waits there", async () => {
  const { screen } = await show(`${PATH}/soul`);
  await expect.element(screen.getByRole("tab", { name: "Memory (Conflict)" })).toBeVisible();
});

test("leaving unsaved text asks first; staying keeps it, and leaving keeps it for later", async () => {
  const { screen, reads } = await show(`${PATH}/soul`);
  await screen.getByRole("textbox", { name: "SOUL.md" }).click();
  await userEvent.keyboard("!");
  await screen.getByRole("tab", { name: "User" }).click();
  await expect.element(screen.getByRole("dialog", { name: "SOUL.md is not saved" })).toBeVisible();
  await screen.getByRole("button", { name: "Stay" }).click();
  await reads("This is soul!");
  await screen.getByRole("link", { name: "Ricky" }).click();
  await screen.getByRole("button", { name: "Leave", exact: true }).click();
  await reads("The page of Ricky");
  await screen.unmount();
  const { screen: later } = await show(`${PATH}/soul`);
  await expect.element(later.getByText(/^You have unsaved text/)).toBeVisible();
});

test("with nothing unsaved nobody asks", async () => {
  const { screen, reads } = await show(`${PATH}/soul`);
  await reads("This is soul");
  await screen.getByRole("link", { name: "Ricky" }).click();
  await reads("The page of Ricky");
});

test("what was read and written by OpenClaw alone cannot be written here", async () => {
  const { screen, reads } = await show(`${PATH}/identity`);
  await reads("Written from name and emoji");
  expect(screen.getByRole("button", { name: /^Save/ }).elements()).toEqual([]);
});

test.each([[`${PATH}/secrets`, "There is no such document"]])("%s: %s", async (path, words) => {
  const { screen } = await show(path);
  await expect.element(screen.getByRole("heading", { name: words, level: 1 })).toBeVisible();
});
