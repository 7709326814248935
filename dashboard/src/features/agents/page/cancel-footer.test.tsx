import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { expect, test, vi } from "vitest";
import { render } from "vitest-browser-react";
import { exampleRequest } from "../../../lib/fleet/example-rows.ts";
import { requestsQuery } from "../../../lib/fleet/queries.ts";
import type { RequestRow } from "../../../lib/fleet/rows.ts";
import { Toaster } from "../../../ui/toaster.tsx";
import { CancelFooter } from "./cancel-footer.tsx";

const AT = "2026-03-01T12:00:00Z";
const QUEUED = exampleRequest();
const RUNNING: RequestRow = { ...QUEUED, status: "running", picked_up_at: AT, attempts: 1 };

/** The footer, the cache it writes to, and what the function is asked. */
async function show(request: RequestRow, answer: { status: number; body: unknown } = { status: 200, body: {} }) {
  const fetch = vi
    .spyOn(globalThis, "fetch")
    .mockImplementation(async () => Response.json(answer.body, { status: answer.status }));
  const client = new QueryClient({ defaultOptions: { queries: { staleTime: Number.POSITIVE_INFINITY } } });
  client.setQueryData(requestsQuery.queryKey, [request]);
  const screen = await render(
    <QueryClientProvider client={client}>
      <Toaster>
        <CancelFooter request={request} />
      </Toaster>
    </QueryClientProvider>,
  );
  return { screen, client, asked: () => fetch.mock.calls.map(([input]) => String(input)) };
}

test("a queued request is cancelled at one press, and the page knows it from the answer", async () => {
  const cancelled = { ...QUEUED, status: "error", completed_at: AT, result: { code: "cancelled" } };
  const { screen, client, asked } = await show(QUEUED, { status: 200, body: { request: cancelled } });
  await screen.getByRole("button", { name: "Cancel Ricky" }).click();
  await expect.poll(() => client.getQueryData(requestsQuery.queryKey)).toEqual([cancelled]);
  expect(asked()).toEqual([expect.stringMatching(`/provision-agent/requests/${QUEUED.id}/cancel$`)]);
});

test("an answer that is older than the live update changes nothing", async () => {
  const { screen, client, asked } = await show(QUEUED, { status: 200, body: { request: RUNNING } });
  const done = { ...QUEUED, status: "done" };
  client.setQueryData(requestsQuery.queryKey, [done]);
  await screen.getByRole("button", { name: "Cancel Ricky" }).click();
  await expect.poll(asked).toHaveLength(1);
  await expect.element(screen.getByRole("button", { name: "Cancel Ricky" })).not.toHaveAttribute("aria-busy");
  expect(client.getQueryData(requestsQuery.queryKey)).toEqual([done]);
});

test("a running one that was asked to stop says so, and takes no second press", async () => {
  const { screen } = await show({ ...RUNNING, cancel_requested_at: AT });
  await expect.element(screen.getByText("Cancelling. It stops before OpenClaw is told of it.")).toBeVisible();
  await expect.element(screen.getByRole("button", { name: "Cancel Ricky" })).toHaveAttribute("aria-busy", "true");
});

test("once OpenClaw was told, by this attempt or an earlier one, there is no button, and the reason stands in its place", async () => {
  const { screen } = await show({ ...RUNNING, attempts: 2, writing_began_at: AT });
  await expect.element(screen.getByText(/too late to cancel/)).toBeVisible();
  expect(screen.getByRole("button").elements()).toEqual([]);
});

test("a press that comes too late is told in the function's own words", async () => {
  const error = { code: "too_late", message: "OpenClaw is being changed already", hint: "Wait for it to end" };
  const { screen } = await show(RUNNING, { status: 409, body: { error } });
  await screen.getByRole("button", { name: "Cancel Ricky" }).click();
  await expect.element(screen.getByText("Ricky was not cancelled")).toBeVisible();
  await expect.element(screen.getByText("OpenClaw is being changed already. Wait for it to end.")).toBeVisible();
});

test.each(["done", "error"])("a request that is %s has nothing to cancel", async (status) => {
  const { screen } = await show({ ...QUEUED, status });
  expect(screen.getByRole("button").elements()).toEqual([]);
});
