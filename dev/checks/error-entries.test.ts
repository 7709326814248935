import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { ERROR_CODES } from "#contract";

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
