import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { DATABASE_END_CODES, ERROR_CODES } from "#contract";
import { PERMANENT_CODES } from "../../executor/permanent-codes.ts";

const page = readFileSync(new URL("../../docs/errors.md", import.meta.url), "utf8");
const entries = page.split(/^### /m).slice(1);

test("docs/errors.md has one entry for each error code, in their order, and none that is stale", () => {
  expect(entries.map((entry) => entry.split("\n")[0])).toEqual([...ERROR_CODES]);
});

test("each entry says in sentences what the code means and what to do", () => {
  for (const entry of entries) {
    const sentences =
      entry
        .split("\n")
        .slice(1)
        .join(" ")
        .match(/[.:](?= |$)/g) ?? [];
    expect(sentences.length, entry).toBeGreaterThanOrEqual(2);
  }
});

test("the table of codes that end a request names those of the database and of the executor, and no stranger", () => {
  const [table = ""] = /^\| code \| .*\n(?:\|.*\n)+/m.exec(page) ?? [];
  const rows = [...table.matchAll(/^\| \[`(\w+)`\]\(#(\w+)\) \| (.*?) \|/gm)];
  const endedBy = (who: string) => rows.flatMap(([, code, , by]) => (by?.includes(who) ? [code] : [])).sort();
  expect(endedBy("database")).toEqual([...DATABASE_END_CODES].sort());
  expect(endedBy("executor, at once")).toEqual([...PERMANENT_CODES].sort());
  for (const [, code, link] of rows) {
    expect(link).toBe(code);
    expect(ERROR_CODES).toContain(code);
  }
});
