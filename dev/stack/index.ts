import { fileURLToPath } from "node:url";
import { type Auth, startAuth } from "./auth.ts";
import { type ChildProcess, firstCrash } from "./child-processes.ts";
import { bootstrapDatabase, type Cluster, createDatabase, databaseUrl } from "./databases.ts";
import { startFunctions } from "./functions.ts";
import { startGateway } from "./gateway.ts";
import type { StackKeys } from "./keys.ts";
import { reapOrphans } from "./orphans.ts";
import { releaseOwnership, takeOwnership } from "./owner.ts";
import { claimPort } from "./ports.ts";
import { startPostgres } from "./postgres.ts";
import { startPostgrest } from "./postgrest.ts";
import { type Realtime, startRealtime } from "./realtime/index.ts";
import { type Pace, paces } from "./realtime/pace.ts";
import { openState } from "./state.ts";
import { createTeardown } from "./teardown.ts";

export { type Cluster, createDatabase, databaseUrl, dropDatabase } from "./databases.ts";
export { reapOrphans } from "./orphans.ts";
export { readOwner, releaseOwnership, takeOwnership } from "./owner.ts";
export { claimPort } from "./ports.ts";
export { readState } from "./state.ts";

export type StackOptions = {
  /** Where keys, ports, data, logs and pid files are; one running stack per folder. */
  stateDir: string;
  /** Created when it is missing; "postgres" unless said. */
  databaseName?: string;
  /** A Postgres that runs already and is left running; otherwise the stack has its own, in `<stateDir>/postgres`. */
  postgres?: Cluster;
  /** False gives up fsync in the stack's own Postgres; true unless said. */
  durable?: boolean;
  /** The folder with config.toml and functions/; this repository's unless said. */
  supabaseDir?: string;
  /** False: every function is unknown. */
  functions?: boolean;
  /**
   * How Realtime behaves in time: "immediate" unless said, also for `npm start`; "realistic" as a hosted project's does,
   * with its waits, polls and silent losses; or a pace of one's own. False: sockets are refused.
   */
  realtime?: keyof typeof paces | Pace | false;
  /** Off unless said: whoever signs up is `authenticated`. */
  allowSignUp?: boolean;
  /** Runs migrations: called when the database is bootstrapped and before anything reads its schema. */
  prepareDatabase?: (dbUrl: string) => Promise<void>;
  /** Gets one sentence per step, and for what went wrong later without ending the stack. */
  onProgress?: (line: string) => void;
};

export type Stack = StackKeys & {
  apiUrl: string;
  /** As the superuser `postgres`. */
  dbUrl: string;
  cluster: Cluster;
  auth: Pick<Auth, "createUser" | "findUser" | "createSession">;
  realtime: Pick<Realtime, "cutSockets">;
  /** Postgres (when it is the stack's own) and PostgREST, with their pids. */
  children: readonly Pick<ChildProcess, "name" | "pid" | "logFile">[];
  /** Resolves when one of these ends although nobody stopped it. The stack itself then still wants stop(). */
  crashed: Promise<Error>;
  /** Ends everything that was started, in reverse; leaves no process and no socket. May be called twice. */
  stop(): Promise<void>;
};

/**
 * Starts a local Supabase without Docker. Whatever an earlier, killed run left in `stateDir` is ended first.
 * @throws Error when a stack runs there already, or a part does not start (with its log's last lines); what had been
 * started is stopped again.
 */
export async function startStack(options: StackOptions): Promise<Stack> {
  const { stateDir, databaseName = "postgres", onProgress: report = () => undefined } = options;
  const supabaseDir = options.supabaseDir ?? fileURLToPath(new URL("../../supabase", import.meta.url));
  const { keys, databasePassword } = await openState(stateDir);
  await takeOwnership(stateDir);
  const teardown = createTeardown();
  teardown.add(() => releaseOwnership(stateDir));
  const children: ChildProcess[] = [];
  const keep = (child: ChildProcess) => {
    children.push(child);
    teardown.add(child.stop);
  };

  try {
    for (const name of await reapOrphans(stateDir)) report(`Ended ${name} of an earlier run`);
    const apiPort = await claimPort(stateDir, "api", report);
    const restPort = await claimPort(stateDir, "rest", report);
    const restAdminPort = await claimPort(stateDir, "rest-admin", report);
    const apiUrl = `http://127.0.0.1:${apiPort}`;

    let cluster = options.postgres;
    if (cluster === undefined) {
      const port = await claimPort(stateDir, "database", report);
      const durable = options.durable ?? true;
      const started = await startPostgres({ stateDir, port, password: databasePassword, durable });
      report(`Postgres listens on ${port}`);
      keep(started.child);
      cluster = started.cluster;
    }
    await createDatabase(cluster, databaseName);
    await bootstrapDatabase(cluster, databaseName);
    const dbUrl = databaseUrl(cluster, databaseName);
    await options.prepareDatabase?.(dbUrl);
    report("Database is ready");

    const auth = startAuth({
      databaseUrl: dbUrl,
      jwtSecret: keys.jwtSecret,
      issuer: `${apiUrl}/auth/v1`,
      allowSignUp: options.allowSignUp ?? false,
    });
    teardown.add(auth.stop);
    keep(
      await startPostgrest({
        stateDir,
        port: restPort,
        adminPort: restAdminPort,
        databaseUrl: databaseUrl(cluster, databaseName, "authenticator"),
        jwtSecret: keys.jwtSecret,
      }),
    );
    report(`PostgREST listens on ${restPort}`);

    const { realtime: pace = "immediate" } = options;
    const realtime =
      pace === false
        ? undefined
        : await startRealtime({
            databaseUrl: dbUrl,
            jwtSecret: keys.jwtSecret,
            pace: typeof pace === "string" ? paces[pace] : pace,
            onTrouble: (error) => report(`Realtime: ${error instanceof Error ? error.message : String(error)}`),
          });
    if (realtime !== undefined) teardown.add(realtime.stop);
    const functions =
      options.functions === false
        ? undefined
        : await startFunctions({ stateDir, supabaseDir, apiUrl, databaseUrl: dbUrl, keys, report });
    if (functions !== undefined) teardown.add(functions.stop);

    const gateway = await startGateway({ port: apiPort, keys, restPort, auth, functions, realtime });
    teardown.add(gateway.stop);
    report(`The local Supabase listens on ${apiUrl}`);
    return {
      ...keys,
      apiUrl,
      dbUrl,
      cluster,
      auth,
      realtime: { cutSockets: () => realtime?.cutSockets() },
      children,
      crashed: firstCrash(children, teardown.isRunning),
      stop: teardown.run,
    };
  } catch (error) {
    await teardown.run();
    throw error;
  }
}
