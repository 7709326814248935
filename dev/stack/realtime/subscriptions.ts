import type { Pool } from "pg";
import { type Filter, parseFilter } from "./filters.ts";
import type { ChangeConfig } from "./protocol.ts";
import type { RowChange } from "./row-change.ts";
import { readRowJson } from "./row-json.ts";
import { readTableView } from "./table-view.ts";

/** One entry of a join's `postgres_changes`. `*` as event, schema or table stands for any. */
export interface Subscription {
  id: number;
  event: string;
  schema: string;
  table: string;
  filter: Filter | undefined;
}

/** Reads one entry; throws with the reason, worded as hosted Realtime words it. */
export function parseSubscription(id: number, config: ChangeConfig): Subscription {
  const { schema, table, filter } = config;
  if ("select" in config) throw new Error("Error parsing `select` params: column selection is not covered");
  if (schema === undefined && table === undefined) {
    throw new Error(
      "No subscription params provided. Please provide at least a `schema` or `table` to subscribe to: " +
        JSON.stringify(config),
    );
  }
  return {
    id,
    event: config.event?.toUpperCase() ?? "*",
    schema: schema ?? "public",
    table: table ?? "*",
    filter: filter === undefined || filter.trim() === "" ? undefined : parseFilter(filter),
  };
}

/** Whether a change is of the kind and table asked for; the filter is another question. */
export function asksFor(subscription: Subscription, change: RowChange): boolean {
  const fits = (wanted: string, actual: string) => wanted === "*" || wanted === actual;
  return (
    fits(subscription.event, change.type) &&
    fits(subscription.schema, change.schema) &&
    fits(subscription.table, change.table)
  );
}

/** Throws, worded as hosted Realtime words it, when no published table fits or the filter cannot work for the role. */
export async function checkSubscription(
  pool: Pool,
  publication: string,
  subscription: Subscription,
  role: string,
): Promise<void> {
  const { event, schema, table, filter } = subscription;
  const parameters = `[event: ${event}, schema: ${schema}, table: ${table}, filters: ${JSON.stringify(filter ?? [])}]`;
  const { rows } = await pool.query<{ schema: string; table: string }>(
    `select schemaname as schema, tablename as table from pg_publication_tables
     where pubname = $1 and $2::text in ('*', schemaname) and $3::text in ('*', tablename)`,
    [publication, schema, table],
  );
  if (rows.length === 0) {
    throw new Error(
      "Unable to subscribe to changes with given parameters. " +
        `Please check Realtime is enabled for the given connect parameters: ${parameters}`,
    );
  }
  try {
    for (const published of rows) await checkForRole(pool, published, filter, role);
  } catch (cause) {
    throw new Error(
      "Unable to subscribe to changes with given parameters. An exception happened so please check your connect " +
        `parameters: ${parameters}. Exception: ${cause instanceof Error ? cause.message : String(cause)}`,
      { cause },
    );
  }
}

async function checkForRole(
  pool: Pool,
  published: { schema: string; table: string },
  filter: Filter | undefined,
  role: string,
): Promise<void> {
  const { columns } = await readTableView(pool, published.schema, published.table, role);
  if (filter === undefined) return;
  if (!columns.some((column) => column.isSelectable && column.name === filter.column)) {
    throw new Error(`invalid column for filter ${filter.column}`);
  }
  await readRowJson(pool, published, "{}", [filter]);
}
