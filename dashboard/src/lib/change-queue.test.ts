import { QueryClient } from "@tanstack/react-query";
import { afterEach, expect, test, vi } from "vitest";
import { createChangeQueue } from "./change-queue.ts";
import type { Change, LiveRow } from "./live-tables.ts";

const queued = (id: string): LiveRow => ({ id, status: "queued" });
const running = (id: string): Change => ({ kind: "update", row: { id, status: "running" }, isComplete: true });

const stops: (() => void)[] = [];
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});

/** A queue whose next frame comes when `frame` is called. */
function queueOver(queryClient: QueryClient) {
  let waiting: (() => void) | undefined;
  const frames = { asked: 0 };
  const queue = createChangeQueue(queryClient, {
    schedule: (apply) => {
      frames.asked += 1;
      waiting = apply;
    },
  });
  stops.push(queue.stop, () => queryClient.clear());
  return { queue, frames, frame: () => waiting?.() };
}

test("200 changes within a frame ask for one frame, show nothing before it, and end in the right state", () => {
  const queryClient = new QueryClient();
  const ids = Array.from({ length: 200 }, (_, index) => String(index));
  queryClient.setQueryData(["requests"], ids.map(queued));
  const { queue, frames, frame } = queueOver(queryClient);

  for (const id of ids) queue.add("requests", running(id));
  expect(queryClient.getQueryData(["requests"])).toContainEqual(queued("0"));
  frame();

  expect(frames.asked).toBe(1);
  expect(queryClient.getQueryData(["requests"])).toEqual(ids.map((id) => ({ id, status: "running" })));
});

test("a change that came while a fetch was under way outlives the fetch's older answer", async () => {
  const queryClient = new QueryClient();
  queryClient.setQueryData(["requests"], [queued("1")]);
  const { queue, frame } = queueOver(queryClient);
  const answer = Promise.withResolvers<LiveRow[]>();
  const fetched = queryClient.fetchQuery({ queryKey: ["requests"], queryFn: () => answer.promise });

  queue.add("requests", running("1"));
  frame();
  answer.resolve([queued("1"), queued("2")]);
  await fetched;

  await vi.waitFor(() =>
    expect(queryClient.getQueryData(["requests"])).toEqual([{ id: "1", status: "running" }, queued("2")]),
  );
});

test("a list that nobody asked for is left alone", () => {
  const queryClient = new QueryClient();
  const { queue, frame } = queueOver(queryClient);
  queue.add("requests", running("1"));
  frame();
  expect(queryClient.getQueryData(["requests"])).toBeUndefined();
});

test("a change of an unknown row has its table fetched again, and no other", async () => {
  const queryClient = new QueryClient();
  queryClient.setQueryData(["requests"], [queued("1")]);
  queryClient.setQueryData(["agents"], []);
  const { queue, frame } = queueOver(queryClient);
  queue.add("requests", running("2"));
  frame();
  await vi.waitFor(() => expect(queryClient.getQueryState(["requests"])?.isInvalidated).toBe(true));
  expect(queryClient.getQueryState(["agents"])?.isInvalidated).toBe(false);
});
