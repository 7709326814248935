import { looksLikeJson, readJson } from "./read-json.ts";
import { readTable } from "./read-table.ts";
import type { Reading } from "./reading.ts";

/**
 * Reads agents from text: JSON, or lines of `name`, `name, purpose` or `name, purpose, emoji`, or a table with or without
 * a heading, parted by commas, semicolons or tabs. Never throws.
 */
export function readText(text: string): Reading {
  const clean = text.replace(/^\uFEFF/, "").replace(/\r\n?/g, "\n");
  return looksLikeJson(clean) ? readJson(clean) : readTable(clean);
}
