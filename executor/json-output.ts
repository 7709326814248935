import type { z } from "zod";

/** Bounds the search in output that is mostly brackets; 8 MiB of plain log lines stay far below it. */
const MAX_SCANNED_CHARACTERS = 50_000_000;

/** The index after the bracket that closes the one at `start`, or -1. */
function balancedEnd(text: string, start: number): number {
  let depth = 0;
  let inString = false;
  for (let index = start; index < text.length; index++) {
    const character = text[index];
    if (inString) {
      if (character === "\\") index++;
      else if (character === '"') inString = false;
    } else if (character === '"') inString = true;
    else if (character === "{" || character === "[") depth++;
    else if ((character === "}" || character === "]") && --depth === 0) return index + 1;
  }
  return -1;
}

function parsed(text: string): { value: unknown } | null {
  try {
    return { value: JSON.parse(text) };
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

/** The outermost JSON objects and arrays between other text, in order. */
function embeddedValues(text: string): unknown[] {
  const values: unknown[] = [];
  const opening = /[[{]/g;
  let scanned = 0;
  for (let match = opening.exec(text); match && scanned < MAX_SCANNED_CHARACTERS; match = opening.exec(text)) {
    const end = balancedEnd(text, match.index);
    scanned += (end < 0 ? text.length : end) - match.index;
    const found = end < 0 ? null : parsed(text.slice(match.index, end));
    if (!found) continue;
    values.push(found.value);
    opening.lastIndex = end;
  }
  return values;
}

/**
 * The JSON value that a command printed: the whole text, else the one value of the wanted shape between log lines.
 * @throws Error when there is none, or more than one
 */
export function parseJsonOutput<T>(text: string, shape: z.ZodType<T>): T {
  const whole = parsed(text);
  if (whole) return shape.parse(whole.value);
  const fitting = embeddedValues(text).flatMap((value) => {
    const checked = shape.safeParse(value);
    return checked.success ? [checked.data] : [];
  });
  const [value, ...others] = fitting;
  if (value === undefined || others.length > 0) {
    throw new Error(
      value === undefined ? "No JSON of the expected shape in the output" : "More than one JSON value in the output",
    );
  }
  return value;
}
