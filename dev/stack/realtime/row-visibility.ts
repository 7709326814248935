import pg, { type Pool, type PoolClient } from "pg";
import { tableName } from "./row-json.ts";
import type { Claims } from "./tokens.ts";

/** Which row. */
export interface RowKey {
  schema: string;
  table: string;
  /** Primary key columns with their printed values. */
  key: Map<string, string | null>;
}

/** Whether a subscriber with this role and these claims finds the row as it is now; policies may hide it. */
export async function isVisibleTo(pool: Pool, claims: Claims, { schema, table, key }: RowKey): Promise<boolean> {
  const conditions = [...key.keys()].map((name, index) => `${pg.escapeIdentifier(name)} = $${index + 1}`);
  const sql = `select from ${tableName(schema, table)} where ${conditions.join(" and ")}`;
  return inTransaction(pool, async (client) => {
    await client.query("select set_config('role', $1, true), set_config('request.jwt.claims', $2, true)", [
      claims.role,
      JSON.stringify(claims),
    ]);
    const { rowCount } = await client.query(sql, [...key.values()]);
    return rowCount === 1;
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
