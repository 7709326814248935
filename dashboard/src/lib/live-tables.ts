import type { Database } from "#database";

/**
 * The tables that change under the page's eyes. A query whose cached data is a list of such rows, under this key,
 * is kept current by live.ts: rows are found by `key`, and only the columns that an event carries are replaced.
 */
export const tables = {
  agents: { table: "agents", queryKey: ["agents"], key: "id" },
  requests: { table: "agent_provision_requests", queryKey: ["requests"], key: "id" },
  executors: { table: "executors", queryKey: ["executors"], key: "id" },
  runtime: { table: "executor_runtime", queryKey: ["runtime"], key: "executor_id" },
  statuses: { table: "agent_status", queryKey: ["statuses"], key: "id" },
} as const satisfies Record<string, LiveTable>;

export type LiveTableName = keyof typeof tables;

export const LIVE_TABLE_NAMES: readonly LiveTableName[] = ["agents", "requests", "executors", "runtime", "statuses"];

export type LiveTable = {
  table: keyof Database["public"]["Tables"];
  queryKey: readonly [string];
  /** The column that is the table's primary key. */
  key: string;
};

/** A row as the cache holds it: some of the table's columns, its primary key among them. */
export type LiveRow = Readonly<Record<string, unknown>>;

/** One change of a table. `row` holds the columns that the event carried; of a deleted row only the key. */
export type Change = { kind: "insert" | "update" | "delete"; row: LiveRow; isComplete: boolean };
