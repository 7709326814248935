import { mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createClient } from "@supabase/supabase-js";
import { vi } from "vitest";
import { createLog, type Log } from "../../executor/log.ts";
import { plain404 } from "../../executor/plain-404.ts";
import { createRedact } from "../../executor/redact.ts";
import { createRequestQueue } from "../../executor/request-queue.ts";
import type { Database } from "../../supabase/database.types.ts";
import { INSTANCE, MINI, seedProject } from "../../supabase/tests/road.ts";
import { type StackOptions, startStack } from "../stack/index.ts";
import { testCluster } from "./test-cluster.ts";
import { createEarlierDatabase, createTestDatabase } from "./test-database.ts";

interface ExecutorStackOptions extends Pick<StackOptions, "realtime" | "functions"> {
  /** Of this chapter of the migrations, by its file, on, the database lacks all. */
  before?: string;
}

/** A Supabase of its own with the project `front-office`, and a folder to live in; all gone after `stop`. */
export async function startExecutorStack(options: ExecutorStackOptions = {}) {
  const folder = await realpath(await mkdtemp(join(tmpdir(), "hatchery-executor-")));
  const database = await (options.before === undefined ? createTestDatabase() : createEarlierDatabase(options.before));
  await seedProject(database);
  const stack = await startStack({
    stateDir: join(folder, "stack"),
    postgres: testCluster(),
    databaseName: database.name,
    functions: options.functions ?? false,
    realtime: options.realtime ?? false,
  });

  const connect = (url = stack.apiUrl) =>
    createClient<Database>(url, stack.serviceRoleKey, {
      auth: { persistSession: false, autoRefreshToken: false },
      global: { fetch: plain404(fetch) },
    });

  return {
    database,
    stack,
    folder,
    connect,
    /** A folder that is a new OpenClaw home. */
    newHome: () => mkdtemp(join(folder, "home-")),
    /** The verbs of an executor, through `url` when it is not the stack itself. */
    queue: ({
      url,
      executorId = MINI,
      instanceId = INSTANCE,
      leaseSeconds = 60,
      timeoutMs = 5000,
    }: QueueChoices = {}) =>
      createRequestQueue(connect(url), {
        executorId,
        instanceId,
        leaseSeconds,
        redact: createRedact([]),
        timeoutMs,
      }),
    /** No agents, requests or documents any more; executors stay. */
    async clear() {
      await database.query(
        `truncate public.agents, public.agent_status, public.agent_provision_requests, public.brain_docs,
           public.brain_doc_versions, public.activities, public.executor_runtime cascade`,
      );
    },
    async stop() {
      await stack.stop();
      await database.drop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

interface QueueChoices {
  url?: string;
  executorId?: string;
  instanceId?: string;
  leaseSeconds?: number;
  timeoutMs?: number;
}

/** Tries the assertion until it holds; for what another process or the database does in its own time. */
export const eventually = (assertion: () => unknown) => vi.waitFor(assertion, { timeout: 30_000, interval: 25 });

/** A log whose events a test can look at. */
export function recordedLog(): { log: Log; events: () => unknown[] } {
  const lines: string[] = [];
  const log = createLog({
    level: "debug",
    pretty: false,
    redact: createRedact([]),
    destination: { write: (line) => lines.push(line) },
  });
  return { log, events: () => lines.map((line) => JSON.parse(line)) };
}
