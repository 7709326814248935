import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createClient, type SupabaseClient } from "@supabase/supabase-js";
import pg from "pg";
import { testCluster } from "../testing/test-cluster.ts";
import { dropDatabase, type Stack, type StackOptions, startStack } from "./index.ts";

export type TestStack = Stack & {
  stateDir: string;
  /** As the superuser. Answers the rows. */
  sql(text: string): Promise<Record<string, unknown>[]>;
  /** An unmodified supabase-js client; the publishable key unless said. */
  client(key?: string): SupabaseClient;
};

/**
 * A stack with a folder and an empty database of its own on the test run's Postgres. Without Realtime and with no
 * functions unless said.
 * @param schema SQL that is run before PostgREST reads the schema.
 */
export async function startTestStack(schema: string, options: Partial<StackOptions> = {}): Promise<TestStack> {
  const stateDir = await mkdtemp(join(tmpdir(), "hatchery-stack-"));
  const cluster = testCluster();
  const databaseName = `stack_${randomUUID().replaceAll("-", "")}`;
  const removeTraces = async () => {
    await dropDatabase(cluster, databaseName);
    await rm(stateDir, { recursive: true, force: true });
  };
  const stack = await startStack({
    stateDir,
    databaseName,
    postgres: cluster,
    functions: false,
    realtime: false,
    prepareDatabase: async (dbUrl) => void (await query(dbUrl, schema)),
    ...options,
  }).catch(async (error: unknown) => {
    await removeTraces();
    throw error;
  });
  return {
    ...stack,
    stateDir,
    sql: (text) => query(stack.dbUrl, text),
    client: (key = stack.publishableKey) => createClient(stack.apiUrl, key, { auth: { persistSession: false } }),
    stop: async () => {
      await stack.stop();
      await removeTraces();
    },
  };
}

async function query(connectionString: string, text: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}
