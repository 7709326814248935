import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { expect, test, vi } from "vitest";
import { userEvent } from "vitest/browser";
import { render } from "vitest-browser-react";
import { exampleAgent, exampleExecutor } from "../../../lib/fleet/example-rows.ts";
import { tables } from "../../../lib/live-tables.ts";
import { Toaster } from "../../../ui/toaster.tsx";
import { AgentsPage } from "./agents-page.tsx";

test("who found nothing and asks for all is at the first card, and whoever searches on stays in the search", async () => {
  vi.spyOn(globalThis, "fetch").mockImplementation(async () => Response.json([]));
  const client = new QueryClient({ defaultOptions: { queries: { staleTime: Number.POSITIVE_INFINITY } } });
  client.setQueryData(tables.agents.queryKey, [exampleAgent()]);
  client.setQueryData(tables.requests.queryKey, []);
  client.setQueryData(tables.executors.queryKey, [exampleExecutor()]);
  client.setQueryData(tables.runtime.queryKey, []);
  client.setQueryData(["projects"], []);
  client.setQueryData(["access"], { mode: "open", roles: {}, executor_id: null });
  const screen = await render(
    <QueryClientProvider client={client}>
      <Toaster>
        <AgentsPage />
      </Toaster>
    </QueryClientProvider>,
  );
  const search = screen.getByLabelText("Search agents");
  await search.fill("nobody");
  const showAll = screen.getByRole("button", { name: "Show all 1" });
  await expect.element(showAll).toBeVisible();
  showAll.element().focus();
  await userEvent.keyboard("{Enter}");
  await expect.element(screen.getByRole("link", { name: "Ricky" })).toHaveFocus();
  await search.fill("nobody");
  await expect.element(screen.getByText("No agent fits")).toBeVisible();
  await search.fill("");
  await expect.element(screen.getByRole("link", { name: "Ricky" })).toBeVisible();
  await expect.element(search).toHaveFocus();
});
