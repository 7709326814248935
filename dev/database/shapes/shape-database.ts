import { randomUUID } from "node:crypto";
import pg from "pg";
import { bootstrapDatabase, createDatabase, databaseUrl, dropDatabase } from "../../stack/databases.ts";
import { errorCode } from "../../stack/error-code.ts";
import { testCluster } from "../../testing/test-cluster.ts";
import type { Caller } from "../../testing/test-database.ts";
import { withOldDefaultPrivileges } from "../old-default-privileges.ts";
import { readShape, type Shape } from "./shapes.ts";

export type Row = Record<string, unknown>;
/** What came of a statement: its rows, or the SQLSTATE it was refused with. */
export type Outcome = { rows: Row[] } | { refused: string };

export type ShapeDatabase = AsyncDisposable & {
  /** As the owner, who is no superuser: what migrations run as. */
  url: string;
  /** As the superuser, with no claims. Answers the rows. */
  query(sql: string, values?: unknown[]): Promise<Row[]>;
  /** As PostgREST would run it for this caller, and rolled back unless `keep`. */
  attempt(caller: Caller, sql: string, keep?: "keep"): Promise<Outcome>;
};

/**
 * A database of this shape, made as its user made it: by a role with what `postgres` has when Supabase hosts it, after
 * the old default privileges were set. Database and role go when it is disposed of.
 */
export async function createShape(shape: Shape): Promise<ShapeDatabase> {
  const cluster = testCluster();
  const name = `shape_${randomUUID().replaceAll("-", "")}`;
  await createDatabase(cluster, name);
  await bootstrapDatabase(cluster, name);
  const client = new pg.Client({ connectionString: databaseUrl(cluster, name) });
  await client.connect();
  const owner = pg.escapeIdentifier(name);
  await client.query(`
    create role ${owner} login createdb createrole replication bypassrls password ${pg.escapeLiteral(cluster.password)};
    grant anon, authenticated, service_role to ${owner};
    alter database ${owner} owner to ${owner};
    alter publication supabase_realtime owner to ${owner};
    grant usage on schema auth, extensions to ${owner};
    grant execute on all functions in schema auth to ${owner};
  `);
  const url = databaseUrl(cluster, name, name);
  await withOldDefaultPrivileges(url);
  await client.query(`set role ${owner}; ${await readShape(shape)}; reset role`);

  return {
    url,
    query: async (sql, values = []) => (await client.query(sql, values)).rows,
    attempt: async (caller, sql, keep) => {
      await client.query("begin");
      await client.query("select set_config('request.jwt.claims', $1, true)", [JSON.stringify(caller)]);
      await client.query(`set local role ${caller.role}`);
      try {
        const { rows } = await client.query(sql);
        await client.query(keep === undefined ? "rollback" : "commit");
        return { rows };
      } catch (error) {
        await client.query("rollback");
        const refused = errorCode(error);
        if (refused === undefined) throw error;
        return { refused };
      }
    },
    [Symbol.asyncDispose]: async () => {
      await client.end();
      await dropDatabase(cluster, name);
      const superuser = new pg.Client({ connectionString: databaseUrl(cluster, "postgres") });
      await superuser.connect();
      await superuser.query(`drop role ${owner}`);
      await superuser.end();
    },
  };
}
