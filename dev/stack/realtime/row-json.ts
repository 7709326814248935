import pg, { type Pool } from "pg";
import { z } from "zod";
import { type Filter, filterCondition } from "./filters.ts";

const answer = z.object({ record: z.record(z.string(), z.unknown()), passes: z.array(z.boolean()) });

/** A row as JSON, and for each filter, in order, whether the row passes it. */
export type RowJson = z.infer<typeof answer>;

/**
 * Lets Postgres make the row from printed values (JSON text, see `toJsonText`) and print it as JSON, so that numbers,
 * times, arrays and jsonb look exactly as they do from PostgREST. Columns not given are null.
 * Throws Postgres' error when the table or a filter's column is gone, or a filter's value does not fit its column.
 */
export async function readRowJson(
  pool: Pool,
  { schema, table }: { schema: string; table: string },
  valuesJson: string,
  filters: Filter[],
): Promise<RowJson> {
  const conditions = filters.map((filter, index) => filterCondition(filter, index + 2));
  const { rows } = await pool.query(
    `select row_to_json(r) as record, array[${conditions.join(", ")}]::boolean[] as passes
     from json_populate_record(null::${tableName(schema, table)}, $1::json) r`,
    [valuesJson, ...filters.map((filter) => filter.value)],
  );
  return answer.parse(rows[0]);
}

/** The quoted, schema-qualified name. */
export function tableName(schema: string, table: string): string {
  return `${pg.escapeIdentifier(schema)}.${pg.escapeIdentifier(table)}`;
}
