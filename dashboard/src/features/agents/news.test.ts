import { expect, test } from "vitest";
import { createNewsReader } from "./news.ts";
import type { RequestRow } from "./rows.ts";

const request = (status: string, more: Partial<RequestRow> = {}): RequestRow => ({
  id: "r1",
  project_id: "front-office",
  agent_key: "agent:ricky:main",
  kind: "provision",
  status,
  display_name: "Ricky",
  progress: [],
  result: null,
  requested_at: "2026-05-03T12:00:00Z",
  picked_up_at: null,
  completed_at: null,
  attempts: 1,
  max_attempts: 3,
  run_after: "2026-05-03T12:00:00Z",
  executor_id: "mini",
  retry_of: null,
  ...more,
});

test("a request that was seen running and is done is news, once", () => {
  const read = createNewsReader();
  expect(read([request("running")])).toEqual([]);
  expect(read([request("done")])).toMatchObject([{ outcome: "live", request: { display_name: "Ricky" } }]);
  expect(read([request("done")])).toEqual([]);
});

test("what had ended before the page looked is no news", () => {
  expect(createNewsReader()([request("done"), request("error", { id: "r2" })])).toEqual([]);
});

test("a failure carries its reason, a cancellation is no news", () => {
  const read = createNewsReader();
  read([request("queued"), request("queued", { id: "r2" })]);
  const result = { code: "openclaw_failed", message: "No space left", attempts: 3 };
  const cancelled = { ...result, code: "cancelled" };
  expect(read([request("error", { result }), request("error", { id: "r2", result: cancelled })])).toMatchObject([
    { outcome: "failed", reason: "No space left" },
  ]);
});
