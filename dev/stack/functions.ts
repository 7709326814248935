import { dirname, join } from "node:path";
import { errors, jwtVerify } from "jose";
import { findDeno } from "./binaries.ts";
import { type ChildProcess, startChild, untilReady } from "./child-processes.ts";
import { type FunctionConfig, readFunctionConfigs } from "./function-config.ts";
import { HttpError } from "./http-error.ts";
import type { StackKeys } from "./keys.ts";
import { accepts, claimPort } from "./ports.ts";

export type FunctionsOptions = {
  stateDir: string;
  /** The folder with config.toml and functions/. */
  supabaseDir: string;
  apiUrl: string;
  databaseUrl: string;
  keys: StackKeys;
  report: (line: string) => void;
};

export type Functions = {
  /**
   * The port on 127.0.0.1 where the function listens, once the caller has passed its JWT check. A function that ended
   * is started again.
   * @throws HttpError 401, 404, or 503 when it does not start.
   */
  open(name: string, caller: { method: string; authorization: string | undefined }): Promise<number>;
  stop(): Promise<void>;
};

/** Starts every Edge Function in a Deno of its own. @throws Error with the log's last lines when one does not start. */
export async function startFunctions(options: FunctionsOptions): Promise<Functions> {
  const started = new Map<string, RunningFunction>();
  for (const config of await readFunctionConfigs(options.supabaseDir)) {
    const port = await claimPort(options.stateDir, `function-${config.name}`, options.report);
    started.set(config.name, { config, port, child: startFunction(options, config, port) });
  }
  const stop = async () => {
    const children = await Promise.allSettled([...started.values()].map(({ child }) => child));
    await Promise.all(children.map((child) => (child.status === "fulfilled" ? child.value.stop() : undefined)));
  };
  try {
    await Promise.all([...started.values()].map(({ child }) => child));
  } catch (error) {
    await stop();
    throw error;
  }

  return {
    async open(name, { method, authorization }) {
      const fn = started.get(name);
      if (fn === undefined) throw new HttpError("Requested function was not found", { status: 404, code: "NOT_FOUND" });
      // A preflight carries no credentials.
      if (fn.config.verifyJwt && method !== "OPTIONS") await checkJwt(authorization, options.keys.jwtSecret);
      await restartIfEnded(options, fn);
      return fn.port;
    },
    stop,
  };
}

type RunningFunction = { config: FunctionConfig; port: number; child: Promise<ChildProcess> };

/** Requests that meet at an ended function share one new start. */
async function restartIfEnded(options: FunctionsOptions, fn: RunningFunction): Promise<void> {
  const seen = fn.child;
  const child = await seen.catch(() => undefined);
  // A process that is about to end has closed its port already, but is still listed.
  const isWell = child?.isRunning() === true && (await accepts(fn.port));
  if (!isWell && fn.child === seen) fn.child = restart(options, fn, child);
  try {
    await fn.child;
  } catch (error) {
    options.report(
      `Function ${fn.config.name} does not start: ${error instanceof Error ? error.message : String(error)}`,
    );
    throw new HttpError("Function failed to start (please check logs)", {
      status: 503,
      code: "BOOT_ERROR",
      cause: error,
    });
  }
}

async function restart(options: FunctionsOptions, { config, port }: RunningFunction, old: ChildProcess | undefined) {
  await old?.stop();
  return await startFunction(options, config, port);
}

async function startFunction(options: FunctionsOptions, config: FunctionConfig, port: number): Promise<ChildProcess> {
  const { keys } = options;
  const denoConfig = config.denoConfig === undefined ? ["--no-config"] : ["--config", config.denoConfig];
  const child = await startChild({
    stateDir: options.stateDir,
    name: `function-${config.name}`,
    command: findDeno(),
    args: [
      "run",
      "--no-check",
      "--cached-only",
      "--no-prompt",
      ...denoConfig,
      "--node-modules-dir=manual",
      "--allow-net",
      "--allow-env",
      "--allow-read",
      config.entrypoint,
    ],
    cwd: dirname(config.entrypoint),
    env: {
      DENO_SERVE_ADDRESS: `tcp:127.0.0.1:${port}`,
      DENO_DIR: join(options.stateDir, "deno"),
      DENO_NO_UPDATE_CHECK: "1",
      NO_COLOR: "1",
      SUPABASE_URL: options.apiUrl,
      SUPABASE_DB_URL: options.databaseUrl,
      SUPABASE_ANON_KEY: keys.anonKey,
      SUPABASE_SERVICE_ROLE_KEY: keys.serviceRoleKey,
      SUPABASE_PUBLISHABLE_KEYS: JSON.stringify({ default: keys.publishableKey }),
      SUPABASE_SECRET_KEYS: JSON.stringify({ default: keys.secretKey }),
      SUPABASE_JWKS: JSON.stringify({ keys: [] }),
      SUPABASE_JWT_SECRET: keys.jwtSecret,
    },
  });
  await untilReady(child, () => accepts(port));
  return child;
}

async function checkJwt(authorization: string | undefined, jwtSecret: string): Promise<void> {
  if (authorization === undefined) {
    throw new HttpError("Missing authorization header", { status: 401, code: "UNAUTHORIZED_NO_AUTH_HEADER" });
  }
  try {
    const secret = new TextEncoder().encode(jwtSecret);
    await jwtVerify(authorization.replace(/^Bearer /i, ""), secret, { algorithms: ["HS256"] });
  } catch (error) {
    if (!(error instanceof errors.JOSEError)) throw error;
    throw new HttpError("Invalid JWT", { status: 401, code: reasonOf(error), cause: error });
  }
}

function reasonOf(error: errors.JOSEError): string {
  if (error instanceof errors.JWSInvalid || error instanceof errors.JWTInvalid)
    return "UNAUTHORIZED_INVALID_JWT_FORMAT";
  return error instanceof errors.JOSEAlgNotAllowed ? "UNAUTHORIZED_ASYMMETRIC_JWT" : "UNAUTHORIZED_LEGACY_JWT";
}
