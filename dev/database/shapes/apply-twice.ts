import { migrate } from "../migrate.ts";
import { readCatalog } from "./catalog.ts";
import { readGrants } from "./grants.ts";
import { createShape, type ShapeDatabase } from "./shape-database.ts";
import type { Shape } from "./shapes.ts";
import { type Columns, readColumns, readRows } from "./table-rows.ts";

async function look(database: ShapeDatabase, columns: Columns) {
  return {
    rows: await readRows(database, columns),
    catalog: await readCatalog(database),
    grants: await readGrants(database),
  };
}

/** Everything, rows of private tables too. */
export async function lookAtAll(database: ShapeDatabase) {
  return look(database, { ...(await readColumns(database)), ...(await readColumns(database, "private")) });
}

/**
 * Applies all chapters to a database of this shape, and again. Answers what it looked like `before` and `after`, rows by
 * the columns that were there before, and what it looked like altogether after `once` and `twice`.
 */
export async function applyTwice(shape: Shape) {
  await using database = await createShape(shape);
  const columns = await readColumns(database);
  const before = await look(database, columns);
  const applied = await migrate(database.url);
  const after = await look(database, columns);
  const expired = await database.query(
    "select id from public.agent_provision_requests where status = 'error' and result ->> 'code' = 'expired' order by id",
  );
  const once = await lookAtAll(database);
  const again = await migrate(database.url);
  const twice = await lookAtAll(database);
  return { before, after, once, twice, applied, again, expired: expired.map(({ id }) => id) };
}
