import { findPostgrest } from "./binaries.ts";
import { type ChildProcess, startChild, untilReady } from "./child-processes.ts";

export type PostgrestOptions = {
  stateDir: string;
  port: number;
  adminPort: number;
  /** As `authenticator`, who may become anon, authenticated and service_role. */
  databaseUrl: string;
  jwtSecret: string;
};

/**
 * Starts PostgREST on the schema public and waits until it has read that schema; `notify pgrst, 'reload schema'` makes
 * it read it again.
 * @throws Error when it is not installed, or with the log's last lines.
 */
export async function startPostgrest(options: PostgrestOptions): Promise<ChildProcess> {
  const child = await startChild({
    stateDir: options.stateDir,
    name: "postgrest",
    command: findPostgrest(),
    args: [],
    env: {
      PGRST_SERVER_HOST: "127.0.0.1",
      PGRST_SERVER_PORT: String(options.port),
      PGRST_ADMIN_SERVER_PORT: String(options.adminPort),
      PGRST_DB_URI: options.databaseUrl,
      PGRST_DB_SCHEMAS: "public",
      PGRST_DB_EXTRA_SEARCH_PATH: "public,extensions",
      PGRST_DB_ANON_ROLE: "anon",
      PGRST_DB_CHANNEL_ENABLED: "true",
      // The hosted default.
      PGRST_DB_MAX_ROWS: "1000",
      PGRST_JWT_SECRET: options.jwtSecret,
      PGRST_LOG_LEVEL: "warn",
      // It fails on text outside ASCII in any other locale, and not every macOS has C.UTF-8.
      LANG: process.platform === "darwin" ? "en_US.UTF-8" : "C.UTF-8",
    },
  });
  await untilReady(child, () => isReady(options.adminPort));
  return child;
}

async function isReady(adminPort: number): Promise<boolean> {
  try {
    return (await fetch(`http://127.0.0.1:${adminPort}/ready`, { signal: AbortSignal.timeout(1000) })).ok;
  } catch {
    // Nobody listens yet.
    return false;
  }
}
