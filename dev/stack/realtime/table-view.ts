import type { Pool } from "pg";
import { z } from "zod";

const tableView = z.object({
  hasRowSecurity: z.boolean(),
  columns: z.array(
    z.object({ name: z.string(), type: z.string(), isPrimaryKey: z.boolean(), isSelectable: z.boolean() }),
  ),
});
/** What one role may see of a table: columns in table order, with the names of their types as pg_type has them. */
export type TableView = z.infer<typeof tableView>;

// Asked for each change, not cached: a grant takes effect at once, as it does in hosted Realtime.
const sql = `
  select c.relrowsecurity as "hasRowSecurity", json_agg(json_build_object(
    'name', a.attname,
    'type', t.typname,
    'isPrimaryKey', coalesce(a.attnum = any(i.indkey), false),
    'isSelectable', has_column_privilege($3, c.oid, a.attnum, 'select')
  ) order by a.attnum) as columns
  from pg_class c
  join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
  join pg_type t on t.oid = a.atttypid
  left join pg_index i on i.indrelid = c.oid and i.indisprimary
  where c.relnamespace = to_regnamespace(quote_ident($1)) and c.relname = $2
  group by c.oid`;

/** Reads the table's columns and the role's right to each; throws when the role or the table does not exist. */
export async function readTableView(pool: Pool, schema: string, table: string, role: string): Promise<TableView> {
  const { rows } = await pool.query(sql, [schema, table, role]);
  return tableView.parse(rows[0]);
}
