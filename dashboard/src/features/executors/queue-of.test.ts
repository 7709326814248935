import { expect, test } from "vitest";
import { exampleRequest } from "../../lib/fleet/example-rows.ts";
import { queueOf } from "./queue-of.ts";

const at = (minute: number) => `2026-03-01T12:0${minute}:00Z`;

test("what any executor may take is counted apart, and what others have not at all", () => {
  const requests = [
    exampleRequest({ executor_id: "mini", requested_at: at(3) }),
    exampleRequest({ executor_id: null, requested_at: at(1) }),
    exampleRequest({ executor_id: "studio", requested_at: at(0) }),
    exampleRequest({ executor_id: "mini", status: "running", requested_at: at(0) }),
    exampleRequest({ executor_id: "mini", status: "done", requested_at: at(0) }),
  ];
  expect(queueOf(requests, "mini")).toEqual({ own: 1, shared: 1, running: 1, oldestAt: Date.parse(at(1)) });
  expect(queueOf([], "mini")).toEqual({ own: 0, shared: 0, running: 0, oldestAt: undefined });
});
