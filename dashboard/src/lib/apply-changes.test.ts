import { expect, test } from "vitest";
import { applyChanges } from "./apply-changes.ts";
import type { Change, LiveRow } from "./live-tables.ts";

const ricky: LiveRow = { id: "1", name: "Ricky", status: "queued", progress: [] };
const ada: LiveRow = { id: "2", name: "Ada", status: "done", progress: [{ step: "add", state: "done" }] };
const rows = [ricky, ada];

const update = (row: LiveRow): Change => ({ kind: "update", row, isComplete: true });

test("an update replaces only the columns that it carries", () => {
  const applied = applyChanges(rows, [update({ id: "1", status: "running" })], "id");
  expect(applied.rows).toEqual([{ id: "1", name: "Ricky", status: "running", progress: [] }, ada]);
  expect(applied.isStale).toBe(false);
});

test("rows that did not change stay the same objects", () => {
  const applied = applyChanges(rows, [update({ id: "1", status: "running" })], "id");
  expect(applied.rows[1]).toBe(ada);
});

test("an update that says what is known already changes nothing, not even the list", () => {
  const again = update({ id: "2", name: "Ada", progress: [{ step: "add", state: "done" }] });
  expect(applyChanges(rows, [again], "id").rows).toBe(rows);
});

test("of many changes to one row the last one counts", () => {
  const changes = ["queued", "running", "error", "done"].map((status) => update({ id: "1", status }));
  expect(applyChanges(rows, changes, "id").rows[0]).toMatchObject({ status: "done" });
});

test("a new row comes last, and a second word about it is no second row", () => {
  const row = { id: "3", name: "Newton", status: "queued", progress: [] };
  const insert: Change = { kind: "insert", row, isComplete: true };
  const applied = applyChanges(rows, [insert, update({ id: "3", status: "running" }), insert], "id");
  expect(applied.rows).toHaveLength(3);
  expect(applied.rows[2]).toMatchObject({ id: "3", name: "Newton" });
});

test("a deleted row goes by its key alone; one that is not there is no change", () => {
  const drop = (id: string): Change => ({ kind: "delete", row: { id }, isComplete: true });
  expect(applyChanges(rows, [drop("1")], "id").rows).toEqual([ada]);
  expect(applyChanges(rows, [drop("9")], "id").rows).toBe(rows);
});

test("an update of a row that was never seen asks for a fetch, because it may lack columns", () => {
  const applied = applyChanges(rows, [update({ id: "9", status: "running" })], "id");
  expect(applied).toEqual({ rows, isStale: true });
});

test("a row too large for a message gives what it has and asks for a fetch", () => {
  const cut: Change = { kind: "update", row: { id: "1", status: "done" }, isComplete: false };
  const applied = applyChanges(rows, [cut], "id");
  expect(applied.rows[0]).toMatchObject({ name: "Ricky", status: "done" });
  expect(applied.isStale).toBe(true);
});

test("a new row without its large columns is not shown before the fetch", () => {
  const cut: Change = { kind: "insert", row: { id: "3", name: "Newton" }, isComplete: false };
  expect(applyChanges(rows, [cut], "id")).toEqual({ rows, isStale: true });
});

test("a change without a key is not applied and asks for a fetch", () => {
  expect(applyChanges(rows, [update({ status: "done" })], "id")).toEqual({ rows, isStale: true });
});

test("rows are found by whichever column is their key", () => {
  const runtime = [{ executor_id: "mac", agents: [], published_at: null }];
  const applied = applyChanges(runtime, [update({ executor_id: "mac", published_at: "2026-11-22" })], "executor_id");
  expect(applied.rows).toEqual([{ executor_id: "mac", agents: [], published_at: "2026-11-22" }]);
});
