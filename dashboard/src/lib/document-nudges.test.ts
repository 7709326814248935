import { QueryClient, QueryObserver } from "@tanstack/react-query";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createDocumentNudges, DOCUMENTS_KEY } from "./document-nudges.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A page that shows the documents of one agent and a text of one revision, each with how often it was read. */
async function openPage() {
  const client = new QueryClient({ defaultOptions: { queries: { staleTime: Number.POSITIVE_INFINITY } } });
  const reads = { rows: 0, text: 0 };
  const rows = { queryKey: [...DOCUMENTS_KEY, "front-office", "agent:ricky:main"], queryFn: () => (reads.rows += 1) };
  const text = { queryKey: ["document-text", "1", 3], queryFn: () => (reads.text += 1) };
  const stops = [rows, text].map((options) => new QueryObserver(client, options).subscribe(() => undefined));
  await vi.advanceTimersByTimeAsync(0);
  const nudges = createDocumentNudges(client);
  return { reads, nudges, close: () => [...stops, nudges.stop].map((stop) => stop()) };
}

test("a thousand events at once are one look at the rows, and none at texts that did not change", async () => {
  const { reads, nudges, close } = await openPage();
  for (let events = 0; events < 1000; events += 1) nudges.nudge();
  await vi.advanceTimersByTimeAsync(1_000);
  expect(reads).toEqual({ rows: 2, text: 1 });
  nudges.nudge();
  await vi.advanceTimersByTimeAsync(1_000);
  expect(reads.rows).toBe(3);
  close();
});

test("after the end nothing is read", async () => {
  const { reads, nudges, close } = await openPage();
  nudges.nudge();
  close();
  await vi.advanceTimersByTimeAsync(1_000);
  expect(reads.rows).toBe(1);
});
