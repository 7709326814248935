import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { SETTING_NAMES } from "../../executor/config.ts";
import { createCounters } from "../../executor/counters.ts";

const PROJECT = fileURLToPath(new URL("../../", import.meta.url));
const read = (path: string) => readFileSync(join(PROJECT, path), "utf8");
const page = read("docs/operations.md");

/** The first cells of the table in this chapter, without the row of titles. */
function firstCells(chapter: string): string[] {
  const text = page.split(/^## /m).find((part) => part.startsWith(`${chapter}\n`)) ?? "";
  return [...text.matchAll(/^\| (`.*?) \| /gm)].map(([, cell = ""]) => cell);
}

const inTicks = (cells: string[]) => cells.flatMap((cell) => [...cell.matchAll(/`([^`]+)`/g)].map(([, name]) => name));

/** What the log says at info and above: of each call the texts, of a template what stands around its values. */
function logEvents(): string[] {
  const sources = globSync("executor/**/*.ts", { cwd: PROJECT }).filter((file) => !file.endsWith(".test.ts"));
  return sources.flatMap((file) =>
    [...read(file).matchAll(/\blog\.(?:info|warn|error)(?=\()/g)].flatMap(({ 0: verb, index, input }) => {
      const said = parenthesised(input.slice(index + verb.length)).replace(/^\(\s*\{.*?\},/s, "");
      return [...said.matchAll(/"([^"]+)"|`([^`]+)`/g)].flatMap(([, text, template = ""]) =>
        text === undefined ? template.split(/\$\{.*?\}/).filter((part) => /\w/.test(part)) : [text],
      );
    }),
  );
}

/** `text` up to the bracket that closes its first one. */
function parenthesised(text: string): string {
  let depth = 0;
  const end = [...text].findIndex((character) => {
    depth += character === "(" ? 1 : character === ")" ? -1 : 0;
    return depth === 0;
  });
  return text.slice(0, end);
}

test("each setting of the executor has a row, and none is left of one that went", () => {
  expect(inTicks(firstCells("The executor's settings")).sort()).toEqual([...SETTING_NAMES].sort());
  for (const name of ["HATCHERY_ENV_FILE", "OWNER_ACCESS_TOKEN"]) expect(page).toContain(`\`${name}\``);
});

test("each counter has a row, and none is left of one that went", () => {
  expect(inTicks(firstCells("Its counters")).sort()).toEqual(
    [...Object.keys(createCounters()), "oldestQueuedSeconds"].sort(),
  );
});

test("each event that is logged at info or above has a row", () => {
  const rows = firstCells("Its log").join("\n");
  const events = logEvents();
  expect(events.length).toBeGreaterThan(50);
  expect(events.filter((event) => !rows.includes(event))).toEqual([]);
});
