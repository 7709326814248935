import Papa from "papaparse";
import { emoji } from "#contract";
import { asOneLine } from "../as-one-line.ts";
import { type Column, columnOf, type Entry, type Reading } from "./reading.ts";

type Row = { line: number; fields: string[]; problem?: string };

/** Rows parted by commas, semicolons (as a German Excel writes them) or tabs (as any spreadsheet copies them). */
export function readTable(text: string): Reading {
  const { rows, delimiter } = parseRows(text);
  const heading = rows[0] && readHeading(rows[0].fields);
  if (heading === undefined) {
    return { entries: rows.map((row) => readByPlace(row, delimiter)), columns: null, problem: null };
  }
  const used = heading.filter((column) => column !== undefined);
  const unused = rows[0]?.fields.filter((name, index) => name !== "" && heading[index] === undefined) ?? [];
  const entries = rows.slice(1).map((row) => readByHeading(row, heading));
  return { entries, columns: { used, unused }, problem: null };
}

function parseRows(text: string): { rows: Row[]; delimiter: string } {
  const delimiter = guessDelimiter(text);
  const whole = parse(text, delimiter);
  const isBroken = whole.errors.some(isAboutQuotes);
  // A quotation mark out of place takes everything behind it into its cell: then each line is read by itself.
  const rows = isBroken
    ? text.split("\n").map((line, index) => parseLine(line, index + 1, delimiter))
    : number(whole.data);
  return { rows: rows.map(clean).filter(({ fields }) => fields.some((field) => field !== "")), delimiter };
}

function guessDelimiter(text: string): string {
  // No name or purpose may hold a tab.
  if (text.includes("\t")) return "\t";
  if (!text.includes(",")) return ";";
  return Papa.parse(text, { preview: 20, skipEmptyLines: "greedy", delimitersToGuess: [",", ";"] }).meta.delimiter;
}

function parse(text: string, delimiter: string) {
  // As people type it: Ada, "reads, writes"
  const tight = text.replace(/(^|[,;])[ \t]+(?="[^"])/gm, "$1");
  return Papa.parse<string[]>(tight, { delimiter, newline: "\n" });
}

function parseLine(text: string, line: number, delimiter: string): Row {
  const { data, errors } = parse(text, delimiter);
  const problem = "The quotation marks do not pair up; inside quotes write them twice";
  return { line, fields: data.flat(), ...(errors.some(isAboutQuotes) && { problem }) };
}

function isAboutQuotes({ type }: Papa.ParseError): boolean {
  return type === "Quotes";
}

/** Cells in quotes may go over several lines. */
function number(parsed: readonly string[][]): Row[] {
  let line = 1;
  return parsed.map((fields) => {
    const row = { line, fields };
    line += fields.join("").split("\n").length;
    return row;
  });
}

function clean(row: Row): Row {
  return { ...row, fields: row.fields.map((field) => asOneLine(field).trim()) };
}

/** The columns that a first row names, or undefined when it is an agent. Of two with one meaning the first counts. */
function readHeading(fields: readonly string[]): (Column | undefined)[] | undefined {
  const columns = fields.map(columnOf);
  const known = columns.filter((column) => column !== undefined);
  const isHeading = known.includes("name") && (known.length > 1 || fields.some((field) => /^name$/i.test(field)));
  return isHeading
    ? columns.map((column, index) => (columns.indexOf(column) === index ? column : undefined))
    : undefined;
}

function readByHeading({ line, fields, problem }: Row, heading: readonly (Column | undefined)[]): Entry {
  const entry: Entry = { line, cells: {}, ...(problem !== undefined && { problem }) };
  for (const [index, column] of heading.entries()) if (column !== undefined) entry.cells[column] = fields[index] ?? "";
  if (fields.slice(heading.length).some((field) => field !== "")) {
    entry.problem ??= `This has ${fields.length} columns, and the heading ${heading.length}: put text with commas in quotes`;
  }
  return entry;
}

/** The name, the purpose, and what at the end looks like an emoji, a colour or a key. A purpose may hold commas. */
function readByPlace({ line, fields, problem }: Row, delimiter: string): Entry {
  const [name = "", ...rest] = fields;
  const entry: Entry = { line, cells: { name }, ...(problem !== undefined && { problem }) };
  for (let last = rest.at(-1); last !== undefined; last = rest.at(-1)) {
    const column = last === "" ? undefined : columnByLook(last);
    if (last !== "" && (column === undefined || column in entry.cells)) break;
    if (column !== undefined) entry.cells[column] = last;
    rest.pop();
  }
  const glue = delimiter === "\t" ? ", " : `${delimiter} `;
  return { ...entry, cells: { ...entry.cells, purpose: rest.join(glue) } };
}

function columnByLook(text: string): Column | undefined {
  if (/^#[0-9a-f]{6}$/i.test(text)) return "color";
  if (/^agent:[^\s:]+:/.test(text)) return "key";
  // Two emoji, or a sign: no purpose in any case.
  return emoji.safeParse(text).success || /^[^\p{L}\p{N}]+$/u.test(text) ? "emoji" : undefined;
}
