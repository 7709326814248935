import { setTimeout as sleep } from "node:timers/promises";
import type { Pool } from "pg";
import type { Transaction } from "./row-change.ts";

// The id goes without an epoch: a local cluster has not used up its first four billion transactions.
const sql = "select where pg_visible_in_snapshot($1::text::xid8, pg_current_snapshot())";

/**
 * Resolves when other sessions see what the transaction wrote. The log carries a commit a moment before that; a row
 * looked up in between is not found, and its event would be lost.
 */
export async function untilVisible(pool: Pool, { xid }: Transaction): Promise<void> {
  while ((await pool.query(sql, [xid])).rowCount === 0) await sleep(1);
}
