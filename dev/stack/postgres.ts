import { chown, mkdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import pg from "pg";
import { findPostgres } from "./binaries.ts";
import { type ChildProcess, startChild, untilReady } from "./child-processes.ts";
import { type Cluster, databaseUrl } from "./databases.ts";
import { errorCode } from "./error-code.ts";
import { checkReach, unprivilegedUser } from "./unprivileged-user.ts";

export type PostgresOptions = {
  stateDir: string;
  port: number;
  /** Of the superuser `postgres`; decided when the data folder is made. */
  password: string;
  /** False gives up fsync: faster, and right for data that no test needs after a power cut. */
  durable: boolean;
};

// Enough for every test file's own Realtime stand-in at once.
const settings = {
  listen_addresses: "127.0.0.1",
  unix_socket_directories: "",
  wal_level: "logical",
  max_wal_senders: "40",
  max_replication_slots: "40",
  max_connections: "200",
  timezone: "UTC",
};

/**
 * Starts Postgres 17 on `<stateDir>/postgres`, which is made at the first start.
 * @throws Error when it is not installed, or with the log's last lines, for instance when the port is busy.
 */
export async function startPostgres(options: PostgresOptions): Promise<{ cluster: Cluster; child: ChildProcess }> {
  const { stateDir, port, password, durable } = options;
  const dataDir = join(stateDir, "postgres");
  const { initdb, postgres } = findPostgres();
  const user = await unprivilegedUser();
  if (user !== undefined) await Promise.all([initdb, dataDir].map((path) => checkReach(path, user)));
  if (!(await exists(dataDir))) await initialise({ initdb, dataDir, password, user });

  const all = { ...settings, port: String(port), fsync: durable ? "on" : "off" };
  const child = await startChild({
    stateDir,
    name: "postgres",
    command: postgres,
    args: ["-D", dataDir, ...Object.entries(all).flatMap(([name, value]) => ["-c", `${name}=${value}`])],
    env: { LC_ALL: "C", LC_MESSAGES: "C" },
    // SIGTERM would wait for every client to go by itself.
    stopSignal: "SIGINT",
    ...(user === undefined ? {} : { user: { uid: user.uid, gid: user.gid } }),
  });
  const cluster = { port, password };
  await untilReady(child, () => answers(databaseUrl(cluster, "postgres")));
  return { cluster, child };
}

async function answers(connectionString: string): Promise<boolean> {
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: 1000 });
  try {
    await client.connect();
    return true;
  } catch (error) {
    // 28P01 is a wrong password: data folder and state.json are from different days.
    if (errorCode(error) === "28P01") throw error;
    return false;
  } finally {
    await client.end();
  }
}

type Initialisation = {
  initdb: string;
  dataDir: string;
  password: string;
  user: { uid: number; gid: number } | undefined;
};

/** Made beside its place and moved there: a kill meanwhile leaves no half-made folder that looks whole. */
async function initialise({ initdb, dataDir, password, user }: Initialisation): Promise<void> {
  const draft = `${dataDir}.new`;
  const passwordFile = `${dataDir}.password`;
  await rm(draft, { recursive: true, force: true });
  await mkdir(draft, { mode: 0o700 });
  await writeFile(passwordFile, password, { mode: 0o600 });
  if (user !== undefined) {
    await chown(draft, user.uid, user.gid);
    await chown(passwordFile, user.uid, user.gid);
  }
  const locale = ["--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"];
  const access = ["--username=postgres", `--pwfile=${passwordFile}`, "--auth=scram-sha-256"];
  try {
    await execa(initdb, [`--pgdata=${draft}`, ...locale, ...access, "--no-sync"], {
      ...(user === undefined ? {} : { uid: user.uid, gid: user.gid }),
      extendEnv: false,
      env: { LC_ALL: "C" },
    });
  } finally {
    await rm(passwordFile);
  }
  await rename(draft, dataDir);
}

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    if (errorCode(error) === "ENOENT") return false;
    throw error;
  }
}
