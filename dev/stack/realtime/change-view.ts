import pg, { type Pool } from "pg";
import { type RowChange, toJsonText } from "./row-change.ts";
import { isVisibleTo, type RowKey } from "./row-visibility.ts";
import { readTableView, type TableView } from "./table-view.ts";
import type { Claims } from "./tokens.ts";

/** Hosted Realtime's limit for one change, in bytes; above it only values up to `smallValueBytes` are sent. */
const largestChangeBytes = 1024 * 1024;
const smallValueBytes = 64;

/** A change with its values as JSON, as far as the log tells: `record` lacks large values that an update left alone. */
export interface ReadChange {
  change: RowChange;
  record: Record<string, unknown>;
  oldRecord: Record<string, unknown>;
}

/** The `data` of a postgres_changes event. */
export interface ChangeData {
  schema: string;
  table: string;
  type: RowChange["type"];
  commit_timestamp: string | null;
  columns: { name: string; type: string }[];
  record?: Record<string, unknown>;
  old_record?: Record<string, unknown>;
  errors: string[] | null;
}

/**
 * What the bearer of these claims gets to see of a change; undefined when policies hide the row. A change that cannot
 * be shown (no primary key, no right to it, a policy that fails) is data without values, with the reason in `errors`.
 */
export async function viewChange(pool: Pool, read: ReadChange, claims: Claims): Promise<ChangeData | undefined> {
  const { change } = read;
  const view = await readTableView(pool, change.schema, change.table, claims.role);
  // Policies cannot judge a row that is gone, so a delete reaches everyone and tells no more than the key.
  if (change.type === "DELETE") return withValues(read, view);

  const keyColumns = view.columns.filter((column) => column.isPrimaryKey);
  if (keyColumns.length === 0) return withoutValues(change, "Error 400: Bad Request, no primary key");
  if (!keyColumns.every((column) => column.isSelectable)) return withoutValues(change, "Error 401: Unauthorized");

  const row: RowKey = {
    schema: change.schema,
    table: change.table,
    key: new Map(keyColumns.map(({ name }) => [name, change.values.get(name) ?? null])),
  };
  try {
    if (view.hasRowSecurity && !(await isVisibleTo(pool, claims, row))) return undefined;
    return withValues(read, view);
  } catch (error) {
    if (!(error instanceof pg.DatabaseError)) throw error;
    return withoutValues(change, "Error 500: Internal Server Error, RLS policy evaluation failed");
  }
}

function withValues({ change, record, oldRecord }: ReadChange, view: TableView): ChangeData {
  const tooLarge = Buffer.byteLength(toJsonText(change.values, change.jsonColumns)) > largestChangeBytes;
  const selectable = view.columns.filter((column) => column.isSelectable);
  const pick = (row: Record<string, unknown>, columns: TableView["columns"]) =>
    Object.fromEntries(
      columns
        .filter(({ name }) => name in row && !(tooLarge && sizeOf(row[name]) > smallValueBytes))
        .map(({ name }) => [name, row[name]]),
    );
  const data: ChangeData = {
    schema: change.schema,
    table: change.table,
    type: change.type,
    commit_timestamp: change.transaction.committedAt.toISOString(),
    columns: selectable.map(({ name, type }) => ({ name, type })),
    errors: tooLarge ? ["Error 413: Payload Too Large"] : null,
  };
  if (change.type !== "DELETE") data.record = pick(record, selectable);
  if (change.type !== "INSERT") {
    const key = selectable.filter((column) => column.isPrimaryKey);
    data.old_record = pick(oldRecord, key);
  }
  return data;
}

function withoutValues({ schema, table, type }: RowChange, reason: string): ChangeData {
  return { schema, table, type, commit_timestamp: null, columns: [], record: {}, old_record: {}, errors: [reason] };
}

function sizeOf(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value));
}
