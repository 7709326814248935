import { chmod, mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import pg from "pg";
import { migrate } from "../database/migrate.ts";
import { errorCode } from "../stack/error-code.ts";
import { databaseUrl, readState, type Stack, startStack } from "../stack/index.ts";
import { claimPort } from "../stack/ports.ts";
import { startPostgres } from "../stack/postgres.ts";
import { startPostgrest } from "../stack/postgrest.ts";
import { processStartTime, sendSignal } from "../stack/process-table.ts";
import { createTeardown } from "../stack/teardown.ts";
import { until } from "../stack/until.ts";
import { type FaultyDelivery, faultyDelivery } from "./faulty-delivery.ts";

const DATABASE = "chaos";
const PASSWORD = "for-chaos-only";

/** One Supabase for all faults, with parts that can be killed and started again at their addresses. */
export interface World {
  folder: string;
  stack: Stack;
  realtime: FaultyDelivery;
  /** As the superuser; asks again while Postgres is away. Answers the rows. */
  query(sql: string, values?: unknown[]): Promise<Record<string, unknown>[]>;
  /** Ends Postgres in the middle of everything, waits, and starts it again on the same data. */
  restartPostgres(awayMs: number): Promise<void>;
  restartPostgrest(awayMs: number): Promise<void>;
  /** What is to be stopped first; after that it may be done again without harm. */
  guests: Set<() => Promise<void>>;
  /** Ends everything that was started in it. May be called twice. */
  stop(): Promise<void>;
}

export async function startWorld({ functions = false }: { functions?: boolean } = {}): Promise<World> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), "hatchery-chaos-")));
  // Postgres may run as another user, who has to get to its data.
  await chmod(folder, 0o711);
  const stateDir = join(folder, "stack");
  // Not the stack's own folder, where it would take this Postgres for one that a killed run left behind.
  const clusterDir = join(folder, "cluster");
  const port = await claimPort(clusterDir, "database", console.error);
  const options = { stateDir: clusterDir, port, password: PASSWORD };
  let postgres = await startPostgres({ ...options, durable: false });
  const realtime = faultyDelivery();
  const stack = await startStack({
    stateDir,
    postgres: postgres.cluster,
    databaseName: DATABASE,
    functions,
    realtime: realtime.pace,
    prepareDatabase: async (url) => void (await migrate(url)),
  });
  const [found] = stack.children.filter(({ name }) => name === "postgrest");
  if (found === undefined) throw new Error("The stack runs no PostgREST");
  let postgrest: { pid: number; stop?: () => Promise<void> } = found;
  const pool = new pg.Pool({ connectionString: stack.dbUrl, max: 6 });
  pool.on("error", () => undefined);

  async function query(sql: string, values: unknown[] = []): Promise<Record<string, unknown>[]> {
    for (let tries = 1; ; tries += 1) {
      try {
        return (await pool.query(sql, values)).rows;
      } catch (error) {
        if (tries === 100 || !isAway(error)) throw error;
        await pause(100);
      }
    }
  }
  const guests: World["guests"] = new Set();
  const teardown = createTeardown();
  teardown.add(() => rm(folder, { recursive: true, force: true }));
  teardown.add(() => postgres.child.stop());
  teardown.add(() => stack.stop());
  teardown.add(async () => postgrest.stop?.());
  teardown.add(() => pool.end());
  teardown.add(async () => void (await Promise.all([...guests].map((stop) => stop()))));
  // 1,000 requests are asked for in a few seconds.
  await query("update private.settings set value = '1000000' where key = 'creations_per_minute'");

  return {
    folder,
    stack,
    realtime,
    query,
    async restartPostgres(awayMs) {
      // An immediate shutdown: for clients, and for the data, the same as a crash.
      sendSignal(postgres.child.pid, "SIGQUIT");
      await postgres.child.ended;
      await pause(awayMs);
      postgres = await startPostgres({ ...options, durable: false });
    },
    async restartPostgrest(awayMs) {
      const { pid } = postgrest;
      sendSignal(pid, "SIGKILL");
      await until("PostgREST is gone", async () => (await processStartTime(pid)) === undefined);
      await pause(awayMs);
      const state = await readState(stateDir);
      const [port, adminPort] = [state?.ports["rest"], state?.ports["rest-admin"]];
      if (port === undefined || adminPort === undefined) throw new Error("The stack has no ports for PostgREST");
      postgrest = await startPostgrest({
        ...{ stateDir, port, adminPort, jwtSecret: stack.jwtSecret },
        databaseUrl: databaseUrl(postgres.cluster, DATABASE, "authenticator"),
      });
    },
    guests,
    stop: teardown.run,
  };
}

/** Nobody listens, or the connection was cut: codes of the system, of Postgres (shutting down, starting up), and of pg. */
function isAway(error: unknown): boolean {
  const code = errorCode(error) ?? "";
  return /^(ECONN|EPIPE|57P0|08)/.test(code) || String(error).includes("Connection terminated");
}
