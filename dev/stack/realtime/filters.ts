import pg from "pg";

const operators = new Map([
  ["eq", "="],
  ["neq", "<>"],
  ["lt", "<"],
  ["lte", "<="],
  ["gt", ">"],
  ["gte", ">="],
]);

/** A parsed `column=operator.value`. `value` is text for Postgres to cast; for `in` it is an array literal. */
export interface Filter {
  column: string;
  operator: string;
  value: string;
}

/** Parses one filter as supabase-js sends it; throws with the reason. Conditions joined by commas are refused. */
export function parseFilter(text: string): Filter {
  const match = /^(?<column>[^=]+)=(?<operator>[a-z]+)\.(?<value>.*)$/su.exec(text.trim());
  const { column, operator, value } = match?.groups ?? {};
  if (column === undefined || operator === undefined || value === undefined) {
    throw new Error(`Error parsing \`filter\` params: ${JSON.stringify([text])}`);
  }
  if (operator === "in") {
    if (!(value.startsWith("(") && value.endsWith(")"))) {
      throw new Error("Error parsing `filter` params: `in` filter value must be wrapped by parentheses");
    }
    return { column, operator, value: `{${value.slice(1, -1)}}` };
  }
  if (!operators.has(operator)) {
    throw new Error(`Error parsing \`filter\` params: ${JSON.stringify([operator, value])}`);
  }
  return { column, operator, value: scalar(value) };
}

/**
 * The condition on row `r`, with its value as parameter number `parameter`. Postgres infers the parameter's type from
 * the column, so values compare as the column's type does; a null on either side does not pass.
 */
export function filterCondition(filter: Filter, parameter: number): string {
  const column = `r.${pg.escapeIdentifier(filter.column)}`;
  const condition =
    filter.operator === "in"
      ? `${column} = any($${parameter})`
      : `${column} ${operators.get(filter.operator)} $${parameter}`;
  return `coalesce(${condition}, false)`;
}

function scalar(value: string): string {
  if (/^".*"$/su.test(value)) return value.slice(1, -1).replace(/\\(?<escaped>.)/gsu, "$<escaped>");
  if (value.includes(",")) {
    throw new Error(`Error parsing \`filter\` params: combined conditions are not covered: ${JSON.stringify(value)}`);
  }
  return value;
}
