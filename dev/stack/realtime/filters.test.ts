import { postgresChangesFilter } from "@supabase/supabase-js";
import { expect, test } from "vitest";
import { filterCondition, parseFilter } from "./filters.ts";

test.each([
  ["status=eq.queued", { column: "status", operator: "eq", value: "queued" }],
  ["at=gte.2026-03-01T10:00:00.5Z", { column: "at", operator: "gte", value: "2026-03-01T10:00:00.5Z" }],
  ["key=neq.agent:ricky:main", { column: "key", operator: "neq", value: "agent:ricky:main" }],
  ["note=eq.a=b", { column: "note", operator: "eq", value: "a=b" }],
  ["note=eq.", { column: "note", operator: "eq", value: "" }],
  ["id=in.(1,2)", { column: "id", operator: "in", value: "{1,2}" }],
])("%s is read", (text, filter) => {
  expect(parseFilter(text)).toEqual(filter);
});

test("a value that the official builder quoted is read without its quotes", () => {
  const text = postgresChangesFilter().eq("note", 'a, "b" \\ c').build();
  expect(parseFilter(text)).toEqual({ column: "note", operator: "eq", value: 'a, "b" \\ c' });
});

test.each(["undefined", "status", "status=eq", "status=like.q%", "id=in.1,2", "a=eq.1,b=eq.2", "a=not.eq.1"])(
  "%s is refused",
  (text) => {
    expect(() => parseFilter(text)).toThrow("Error parsing `filter` params");
  },
);

test("a column's name cannot leave its quotes", () => {
  const filter = { column: 'x" = 1 or "y', operator: "eq", value: "1" };
  expect(filterCondition(filter, 2)).toBe('coalesce(r."x"" = 1 or ""y" = $2, false)');
});
