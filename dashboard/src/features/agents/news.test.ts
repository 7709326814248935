import { expect, test } from "vitest";
import { exampleRequest } from "../../lib/fleet/example-rows.ts";
import type { RequestRow } from "../../lib/fleet/rows.ts";
import { createNewsReader, type News } from "./news.ts";

const request = (status: string, more: Partial<RequestRow> = {}) =>
  exampleRequest({ id: "r1", status, attempts: 1, ...more });

test("a request that was seen running and is done is news, once", () => {
  const read = createNewsReader();
  expect(read([request("running")])).toEqual([]);
  expect(read([request("done")])).toMatchObject([
    { kind: "provision", outcome: "done", requests: [{ display_name: "Ricky" }] },
  ]);
  expect(read([request("done")])).toEqual([]);
});

test("what had ended before the page looked is no news", () => {
  expect(createNewsReader()([request("done"), request("error", { id: "r2" })])).toEqual([]);
});

test("a failure is news, a cancellation is none", () => {
  const read = createNewsReader();
  read([request("queued"), request("queued", { id: "r2" })]);
  const result = { code: "openclaw_failed", message: "No space left", attempts: 3 };
  const cancelled = { ...result, code: "cancelled" };
  expect(read([request("error", { result }), request("error", { id: "r2", result: cancelled })])).toMatchObject([
    { outcome: "failed", requests: [{ id: "r1" }] },
  ]);
});

test.each(["provision", "set_identity", "deprovision", "adopt"])("the end of a request of kind %s is news", (kind) => {
  const read = createNewsReader();
  read([request("running", { kind })]);
  expect(read([request("done", { kind })])).toMatchObject([{ kind, outcome: "done" }]);
});

test("many that end together are told apart by what was asked", () => {
  const read = createNewsReader();
  const rows = (status: string) =>
    ["provision", "deprovision"].flatMap((kind) => [1, 2].map((n) => request(status, { id: kind + n, kind })));
  read(rows("running"));
  expect(read(rows("done")).map(({ kind }) => kind)).toEqual(["provision", "provision", "deprovision", "deprovision"]);
});

const crowd = (statuses: readonly string[], more: (index: number) => Partial<RequestRow> = () => ({})) =>
  statuses.map((status, index) => request(status, { id: `r${index}`, ...more(index) }));
const told = (news: readonly News[]) => news.map(({ outcome, requests }) => [outcome, requests.length]);

test("many that were asked for in one go are told together, when the last of them has ended", () => {
  const read = createNewsReader();
  read(crowd(["queued", "queued", "queued", "queued", "queued", "queued"]));
  expect(read(crowd(["done", "done", "done", "done", "error", "running"]))).toEqual([]);
  expect(told(read(crowd(["done", "done", "done", "done", "error", "done"])))).toEqual([
    ["done", 5],
    ["failed", 1],
  ]);
  expect(read(crowd(["done", "done", "done", "done", "error", "done"]))).toEqual([]);
});

test("an agent asked for by itself is told at once while many others are under way", () => {
  const read = createNewsReader();
  const alone = (status: string) => request(status, { id: "alone", requested_at: "2026-05-03T12:00:01Z" });
  const others = crowd(["queued", "queued", "queued", "queued"]);
  read([...others, alone("running")]);
  expect(read([...others, alone("done")])).toMatchObject([{ requests: [{ id: "alone" }] }]);
});

test("many that ended while the page did not look are told together, a few one by one", () => {
  const apart = (index: number) => ({ requested_at: `2026-05-03T12:00:0${index}Z` });
  for (const [count, expected] of [
    [4, [["done", 4]]],
    [
      3,
      [
        ["done", 1],
        ["done", 1],
        ["done", 1],
      ],
    ],
  ] as const) {
    const read = createNewsReader();
    read(crowd(Array(count).fill("queued"), apart));
    expect(told(read(crowd(Array(count).fill("done"), apart)))).toEqual(expected);
  }
});
