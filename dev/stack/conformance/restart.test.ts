import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createClient } from "@supabase/supabase-js";
import pg from "pg";
import { expect, test, vi } from "vitest";
import { testCluster } from "../../testing/test-cluster.ts";
import { dropDatabase, type StackOptions, startStack } from "../index.ts";
import { listen } from "../realtime/test-listener.ts";

async function prepareDatabase(connectionString: string): Promise<void> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  await client.query(`
    create table if not exists letters (id int primary key);
    grant select on letters to anon;
    grant insert on letters to service_role;
    alter publication supabase_realtime set table letters;`);
  await client.end();
}

test.concurrent.each(["immediate", "realistic"] as const)(
  "after a restart at the same address a client comes back by itself and hears what comes then, %s Realtime",
  { timeout: 120_000 },
  async (realtime) => {
    const stateDir = await mkdtemp(join(tmpdir(), "hatchery-restart-"));
    const databaseName = `restart_${randomUUID().replaceAll("-", "")}`;
    const postgres = testCluster();
    const options: StackOptions = { stateDir, databaseName, postgres, functions: false, realtime, prepareDatabase };
    let stack = await startStack(options);
    const { apiUrl } = stack;
    const client = createClient(apiUrl, stack.publishableKey, { auth: { persistSession: false } });
    try {
      const listener = await listen(client, "letters", { table: "letters" });
      await stack.stop();
      await vi.waitFor(() => expect(listener.statuses).toEqual(["SUBSCRIBED", "CHANNEL_ERROR"]), 30_000);
      stack = await startStack(options);
      expect(stack.apiUrl).toBe(apiUrl);

      await vi.waitFor(() => expect(listener.systems).toHaveLength(2), { timeout: 60_000, interval: 20 });
      expect(listener.statuses.at(-1)).toBe("SUBSCRIBED");
      const writer = createClient(apiUrl, stack.secretKey, { auth: { persistSession: false } });
      await writer.from("letters").insert({ id: 1 }).throwOnError();
      expect(await listener.atLeast(1)).toMatchObject([{ eventType: "INSERT", new: { id: 1 } }]);
    } finally {
      await client.removeAllChannels();
      await stack.stop();
      await dropDatabase(postgres, databaseName);
      await rm(stateDir, { recursive: true });
    }
  },
);
