import { asOneLine } from "../as-one-line.ts";
import { columnOf, type Entry, type Reading } from "./reading.ts";

/** Names seldom begin like that. */
export function looksLikeJson(text: string): boolean {
  return /^\s*(?:\{|\[\s*(?:[{"\]]|$))/.test(text);
}

/** `[{"name": …}, …]`, names alone, one object, or the function's own `{"agents": […]}`. */
export function readJson(text: string): Reading {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    const [, line] = /line (\d+)/.exec(error.message) ?? [];
    const problem = { line: line === undefined ? null : Number(line), message: "This is not valid JSON" };
    return { entries: [], columns: null, problem: { ...problem, detail: error.message } };
  }
  const listed = isObject(json) && "agents" in json ? json.agents : json;
  const lines = elementLines(text);
  const isList = Array.isArray(listed);
  const read = (isList ? listed : [listed]).map((value, index) => readElement(value, (isList && lines[index]) || 1));
  const used = new Set(read.flatMap(({ named }) => named.map(columnOf)).filter((column) => column !== undefined));
  const unused = new Set(read.flatMap(({ named }) => named.filter((name) => columnOf(name) === undefined)));
  return {
    entries: read.map(({ entry }) => entry),
    columns: { used: [...used], unused: [...unused] },
    problem: null,
  };
}

function readElement(value: unknown, line: number): { entry: Entry; named: string[] } {
  if (typeof value === "string") return { entry: { line, cells: { name: asOneLine(value).trim() } }, named: [] };
  if (!isObject(value)) {
    return { entry: { line, cells: {}, problem: 'Each agent is an object like {"name": "Ricky"}' }, named: [] };
  }
  const entry: Entry = { line, cells: {} };
  for (const [name, given] of Object.entries(value)) {
    const column = columnOf(name);
    if (column === undefined || given === null) continue;
    if (typeof given === "string" || typeof given === "number") entry.cells[column] ??= asOneLine(`${given}`).trim();
    else entry.problem ??= `"${name}" is not text`;
  }
  return { entry, named: Object.keys(value) };
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The line on which each element of the first array in valid JSON begins. */
function elementLines(json: string): number[] {
  const lines: number[] = [];
  let [line, depth, isNext] = [1, 0, false];
  let listDepth: number | undefined;
  for (const [token] of json.matchAll(/"(?:[^"\\]|\\.)*"|[[\]{},\n]|[^\s"[\]{},]+/g)) {
    if (token === "\n") {
      line += 1;
      continue;
    }
    if (isNext && token !== "]") lines.push(line);
    isNext = false;
    if (token === "[" || token === "{") depth += 1;
    if (token === "]" || token === "}") depth -= 1;
    if (token === "[" && listDepth === undefined) {
      listDepth = depth;
      isNext = true;
    }
    if (token === "," && depth === listDepth) isNext = true;
  }
  return lines;
}
