import { z } from "zod";
import type { ShapeDatabase } from "./shape-database.ts";

const table = z.object({ name: z.string(), columns: z.array(z.string()) });
const hash = z.object({ table: z.string(), id: z.string(), hash: z.string() });

/** The tables of public, and the columns of each. */
export type Columns = Record<string, string[]>;
/** Of each table the hash of each row, by the row's id. */
export type Rows = Record<string, Map<string, string>>;

export async function readColumns(database: ShapeDatabase, schema = "public"): Promise<Columns> {
  const rows = await database.query(
    `select c.oid::regclass::text as name, array_agg(quote_ident(attname) order by attnum) as columns
     from pg_class as c join pg_attribute on attrelid = c.oid
     where relkind = 'r' and relnamespace = $1::regnamespace and attnum > 0 and not attisdropped
     group by c.oid order by 1`,
    [schema],
  );
  return Object.fromEntries(
    z
      .array(table)
      .parse(rows)
      .map(({ name, columns }) => [name, columns]),
  );
}

/** Reads every row of these tables, hashed over these columns; all in one statement, because a look has many tables. */
export async function readRows(database: ShapeDatabase, columns: Columns): Promise<Rows> {
  const rows: Rows = Object.fromEntries(Object.keys(columns).map((name) => [name, new Map()]));
  const reads = Object.entries(columns).map(([name, names]) => {
    const key = names.includes("id") ? "id" : `row(${names})`;
    return `select '${name}' as table, ${key}::text as id, md5(row(${names})::text) as hash from ${name}`;
  });
  const found = reads.length === 0 ? [] : await database.query(reads.join(" union all "));
  for (const row of z.array(hash).parse(found)) rows[row.table]?.set(row.id, row.hash);
  return rows;
}

/** The ids of the rows that are gone or differ. */
export function changedRows(before: Map<string, string>, after: Map<string, string> | undefined): string[] {
  return [...before].filter(([id, was]) => after?.get(id) !== was).map(([id]) => id);
}
