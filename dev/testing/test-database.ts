import { randomUUID } from "node:crypto";
import { mkdtemp, readdir, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { MIGRATIONS, migrate } from "../database/migrate.ts";
import { bootstrapDatabase, createDatabase, databaseUrl, dropDatabase } from "../stack/databases.ts";
import { testCluster } from "./test-cluster.ts";

/** Who a statement is run as: what PostgREST sets before each request. */
export type Caller = { role: "anon" | "authenticated" | "service_role"; sub?: string };

export type TestDatabase = {
  name: string;
  url: string;
  /** As the superuser, with no claims. Answers the rows. */
  query(sql: string, values?: unknown[]): Promise<Record<string, unknown>[]>;
  /** In one transaction as this caller, as PostgREST would. */
  queryAs(caller: Caller, sql: string, values?: unknown[]): Promise<Record<string, unknown>[]>;
  drop(): Promise<void>;
};

/** A migrated database of its own, under the new default privileges (nothing granted) unless said. */
export async function createTestDatabase(regime: "new" | "old" = "new"): Promise<TestDatabase> {
  const cluster = testCluster();
  const name = `test_${randomUUID().replaceAll("-", "")}`;
  await createDatabase(cluster, name, `template_${regime}`);
  return openTestDatabase(name);
}

/** One of its own of an earlier version: it lacks this chapter of the migrations, by its file, and those after it. */
export async function createEarlierDatabase(before: string): Promise<TestDatabase> {
  const cluster = testCluster();
  const name = `test_${randomUUID().replaceAll("-", "")}`;
  await createDatabase(cluster, name);
  await bootstrapDatabase(cluster, name);
  const directory = await mkdtemp(join(tmpdir(), "hatchery-chapters-"));
  try {
    const chapters = (await readdir(MIGRATIONS)).filter((file) => file < before);
    for (const file of chapters) await symlink(join(MIGRATIONS, file), join(directory, file));
    await migrate(databaseUrl(cluster, name), { directory });
  } finally {
    await rm(directory, { recursive: true });
  }
  return openTestDatabase(name);
}

function openTestDatabase(name: string): TestDatabase {
  const cluster = testCluster();
  const url = databaseUrl(cluster, name);
  const pool = new pg.Pool({ connectionString: url, max: 8 });

  async function queryAs(caller: Caller, sql: string, values: unknown[] = []) {
    const client = await pool.connect();
    try {
      await client.query("begin");
      await client.query("select set_config('request.jwt.claims', $1, true)", [JSON.stringify(caller)]);
      await client.query(`set local role ${caller.role}`);
      const { rows } = await client.query(sql, values);
      await client.query("commit");
      return rows;
    } catch (error) {
      await client.query("rollback");
      throw error;
    } finally {
      client.release();
    }
  }

  return {
    name,
    url,
    query: async (sql, values = []) => (await pool.query(sql, values)).rows,
    queryAs,
    drop: async () => {
      await endPool(pool);
      await dropDatabase(cluster, name);
    },
  };
}

/** pool.end() answers before its connections are closed, and those that a forced drop meets throw where nobody catches. */
async function endPool(pool: pg.Pool): Promise<void> {
  const open = pool.totalCount;
  const closed = Promise.withResolvers<void>();
  let count = 0;
  pool.on("remove", () => {
    count += 1;
    if (count === open) closed.resolve();
  });
  await pool.end();
  if (open > 0) await closed.promise;
}
