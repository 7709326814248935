import { readFile } from "node:fs/promises";
import pg from "pg";

/** A running Postgres on 127.0.0.1; plain data, so that it can be handed to another process. */
export type Cluster = { port: number; password: string };

/** The address of a database, as the superuser `postgres` unless said. */
export function databaseUrl({ port, password }: Cluster, database: string, user = "postgres"): string {
  return `postgresql://${user}:${password}@127.0.0.1:${port}/${encodeURIComponent(database)}`;
}

/** Creates a database if there is none of that name, empty or as a copy of `template` (which nobody may use meanwhile). */
export async function createDatabase(cluster: Cluster, name: string, template = "template1"): Promise<void> {
  await withClient(databaseUrl(cluster, "postgres"), async (client) => {
    const found = await client.query("select from pg_database where datname = $1", [name]);
    if (found.rowCount !== 0) return;
    await client.query(`create database ${pg.escapeIdentifier(name)} template ${pg.escapeIdentifier(template)}`);
  });
}

/** Drops a database and closes whatever is still connected to it. */
export async function dropDatabase(cluster: Cluster, name: string): Promise<void> {
  await withClient(databaseUrl(cluster, "postgres"), async (client) => {
    await client.query(`drop database if exists ${pg.escapeIdentifier(name)} with (force)`);
  });
}

/** Gives a database what every Supabase database has (bootstrap.sql), and the role PostgREST logs in as its password. */
export async function bootstrapDatabase(cluster: Cluster, name: string): Promise<void> {
  const sql = await readFile(new URL("./bootstrap.sql", import.meta.url), "utf8");
  // Roles are shared by all databases of a cluster, an advisory lock only by those in the same one: all bootstraps,
  // of whichever database, queue for a lock in `postgres`.
  await withClient(databaseUrl(cluster, "postgres"), async (lock) => {
    await lock.query("select pg_advisory_lock(hashtext('bootstrap'))");
    await withClient(databaseUrl(cluster, name), async (client) => {
      await client.query(`begin; ${sql}; commit`);
      await client.query(`alter role authenticator password ${pg.escapeLiteral(cluster.password)}`);
    });
  });
}

async function withClient(connectionString: string, use: (client: pg.Client) => Promise<void>): Promise<void> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    await use(client);
  } finally {
    await client.end();
  }
}
