import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { expect, test, vi } from "vitest";
import { render } from "vitest-browser-react";
import { exampleAgent, exampleRequest } from "../../../lib/fleet/example-rows.ts";
import type { RequestRow } from "../../../lib/fleet/rows.ts";
import { setSession } from "../../../lib/session-state.ts";
import type { ActivityRow } from "../activity-row.ts";
import { ActivityList } from "./activity-list.tsx";

const ME = "0b6d2f62-8f7e-4c8f-9a63-1f2d1b5f4a10";
const AT = "2026-03-01T12:00:00Z";
const AGENT = exampleAgent();
const REQUEST = exampleRequest();

const said = (id: number, message: string, requestedBy: string | null = ME): ActivityRow => ({
  id: String(id),
  type: "agent_requested",
  message,
  requested_by: requestedBy,
  created_at: AT,
});

/** The list over what the table holds; the database answers as many rows as it is asked for. */
async function show(table: ActivityRow[]) {
  setSession({ status: "signed-in", userId: ME, email: "me@example.com" });
  vi.spyOn(globalThis, "fetch").mockImplementation(async (input) => {
    const limit = Number(new URL(String(input)).searchParams.get("limit"));
    return Response.json(table.slice(0, limit));
  });
  const client = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  const list = (request: RequestRow) => (
    <QueryClientProvider client={client}>
      <ActivityList agent={AGENT} requests={[request]} executors={[]} />
    </QueryClientProvider>
  );
  const screen = await render(list(REQUEST));
  return { screen, redraw: (request: RequestRow) => screen.rerender(list(request)) };
}

test("each line says what happened, who did it and when", async () => {
  const { screen } = await show([said(1, "Setting up Ricky was asked for"), said(2, "Ricky is live", null)]);
  await expect.element(screen.getByText("Ricky is live")).toBeVisible();
  const lines = screen.getByRole("listitem").elements();
  expect(lines.map((line) => line.textContent)).toEqual([
    "Setting up Ricky was asked forYou1 Mar",
    "Ricky is live1 Mar",
  ]);
});

test("what happens to the agent's requests shows by itself", async () => {
  const table = [said(1, "Setting up Ricky was asked for")];
  const { screen, redraw } = await show(table);
  await expect.element(screen.getByRole("listitem")).toBeVisible();
  table.unshift(said(2, "Setting up Ricky was cancelled"));
  await redraw({ ...REQUEST, status: "error" });
  await expect.element(screen.getByText("Setting up Ricky was cancelled")).toBeVisible();
});

test("older ones come at a press", async () => {
  const { screen } = await show(Array.from({ length: 20 }, (_, index) => said(index, `Event ${100 + index}`)));
  await expect.element(screen.getByText("Event 107")).toBeVisible();
  expect(screen.getByText("Event 108").elements()).toEqual([]);
  await screen.getByRole("button", { name: "Show older" }).click();
  await expect.element(screen.getByText("Event 119")).toBeVisible();
  expect(screen.getByRole("button", { name: "Show older" }).elements()).toEqual([]);
});

test("an agent of whom nothing is written has no list", async () => {
  const { screen } = await show([]);
  await expect.poll(() => screen.getByRole("status", { name: "Loading the activity" }).elements()).toEqual([]);
  expect(screen.getByRole("heading").elements()).toEqual([]);
});
