import pg, { type Pool, type PoolClient } from "pg";
import { z } from "zod";
import { tableName } from "./row-json.ts";
import type { Claims } from "./tokens.ts";

const row = z.object({ found: z.record(z.string(), z.unknown()) });

export interface RowQuery {
  schema: string;
  table: string;
  /** Primary key columns with their printed values. */
  key: Map<string, string | null>;
  /** Columns to read; each must be selectable for the role. */
  columns: string[];
}

/** Selects the row as it is now, as the role and with the claims of a subscriber; undefined when policies hide it. */
export async function selectAs(
  pool: Pool,
  claims: Claims,
  { schema, table, key, columns }: RowQuery,
): Promise<Record<string, unknown> | undefined> {
  const conditions = [...key.keys()].map((name, index) => `${pg.escapeIdentifier(name)} = $${index + 1}`);
  const sql = `select row_to_json(r) as found from (
    select ${columns.map((name) => pg.escapeIdentifier(name)).join(", ")}
    from ${tableName(schema, table)} where ${conditions.join(" and ")}
  ) r`;
  return inTransaction(pool, async (client) => {
    await client.query("select set_config('role', $1, true), set_config('request.jwt.claims', $2, true)", [
      claims.role,
      JSON.stringify(claims),
    ]);
    const { rows } = await client.query(sql, [...key.values()]);
    return rows.map((found) => row.parse(found).found)[0];
  });
}

async function inTransaction<Result>(pool: Pool, work: (client: PoolClient) => Promise<Result>): Promise<Result> {
  const client = await pool.connect();
  // A client taken from the pool has no listener for a lost connection; without one the loss ends the process.
  let lost: Error | undefined;
  const onLost = (error: Error) => {
    lost = error;
  };
  client.on("error", onLost);
  try {
    await client.query("begin read only");
    return await work(client);
  } finally {
    // Nothing was written: rolling back is right after success and after failure.
    await client.query("rollback").catch(onLost);
    client.off("error", onLost);
    client.release(lost);
  }
}
