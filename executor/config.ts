import { readFileSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { isAbsolute, join } from "node:path";
import { parseEnv } from "node:util";
import { z } from "zod";
import { executorId } from "#contract";

function whole(preset: number, least: number, most: number) {
  const rule = `must be a whole number from ${least} to ${most} (${preset} when not set)`;
  return z.coerce.number({ error: rule }).int(rule).min(least, rule).max(most, rule).default(preset);
}

const folder = z
  .string()
  .transform((path) => (path === "~" || path.startsWith("~/") ? join(homedir(), path.slice(1)) : path))
  .refine(isAbsolute, "must be an absolute path, or start with ~/");

const secretKey = z
  .string("is missing. Take the service role key, or a secret key (sb_secret_…), from the project's API settings")
  .refine(
    (key) => !isPublicKey(key),
    "is the public key. The executor needs the service role key or a secret key (sb_secret_…)",
  );

const settings = z.object({
  SUPABASE_URL: z
    .string("is missing. Set it to the address of the Supabase project, for example https://abcdefgh.supabase.co")
    .refine(isWebAddress, "must be an http or https address, for example https://abcdefgh.supabase.co"),
  SUPABASE_SERVICE_ROLE_KEY: secretKey,
  EXECUTOR_ID: executorId.optional(),
  /** Comma-separated; all projects when absent. */
  PROJECT_IDS: z
    .string()
    .transform((list) =>
      list
        .split(",")
        .map((id) => id.trim())
        .filter((id) => id !== ""),
    )
    .refine((ids) => ids.length > 0, "must name at least one project, or be left out to serve all")
    .optional(),
  OPENCLAW_BIN: z.string().default("openclaw"),
  /** The folder that contains `.openclaw`. */
  OPENCLAW_HOME: folder.default(homedir()),
  WORKSPACE_ROOT: folder.optional(),
  STATE_DIR: folder.default(join(homedir(), ".hatchery")),
  CONCURRENCY: whole(3, 1, 16),
  SWEEP_SECONDS: whole(10, 1, 300),
  LEASE_SECONDS: whole(60, 5, 600),
  STEP_TIMEOUT_SECONDS: whole(180, 1, 3600),
  REALTIME: z.enum(["on", "off"], { error: "must be on or off (on when not set)" }).default("on"),
  LOG_LEVEL: z
    .enum(["debug", "info", "warn", "error"], { error: "must be debug, info, warn or error (info when not set)" })
    .default("info"),
});

type Environment = Readonly<Record<string, string | undefined>>;

/** Settings of one executor; durations in ms, paths absolute. */
export type Config = ReturnType<typeof toConfig>;

/** Every wrong setting, one line each. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
}

/**
 * Reads the settings from the environment and, below it, from the file that HATCHERY_ENV_FILE names. An empty value is
 * the same as none.
 * @throws ConfigError that names every wrong setting and what to do about it
 */
export function readConfig(environment: Environment = process.env): Config {
  const set = { ...withoutEmpty(readEnvFile(environment["HATCHERY_ENV_FILE"])), ...withoutEmpty(environment) };
  const parsed = settings.safeParse(set);
  if (parsed.success) return toConfig(parsed.data, environment);
  const lines = parsed.error.issues.map((issue) => `  ${issue.path.join(".")}: ${issue.message}`);
  throw new ConfigError(["The executor cannot start with these settings:", ...lines].join("\n"));
}

function toConfig(set: z.infer<typeof settings>, environment: Environment) {
  return {
    supabaseUrl: set.SUPABASE_URL,
    supabaseKey: set.SUPABASE_SERVICE_ROLE_KEY,
    executorId: set.EXECUTOR_ID,
    projectIds: set.PROJECT_IDS,
    openclawBin: set.OPENCLAW_BIN,
    openclawHome: set.OPENCLAW_HOME,
    workspaceRoot: set.WORKSPACE_ROOT ?? join(set.OPENCLAW_HOME, ".openclaw"),
    stateDir: set.STATE_DIR,
    concurrency: set.CONCURRENCY,
    sweepMs: set.SWEEP_SECONDS * 1000,
    leaseSeconds: set.LEASE_SECONDS,
    stepTimeoutMs: set.STEP_TIMEOUT_SECONDS * 1000,
    realtime: set.REALTIME === "on",
    logLevel: set.LOG_LEVEL,
    /** For the few variables that OpenClaw may see. */
    environment,
  };
}

function readEnvFile(file: string | undefined): Environment {
  if (file === undefined || file === "") return {};
  try {
    const mode = statSync(file).mode & 0o777;
    if ((mode & 0o077) !== 0)
      throw new Error(`others may read it (mode ${mode.toString(8)}). Run: chmod 600 '${file}'`);
    return parseEnv(readFileSync(file, "utf8"));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new ConfigError(`The executor cannot start with HATCHERY_ENV_FILE=${file}: ${why}`, { cause: error });
  }
}

function withoutEmpty(environment: Environment): Environment {
  return Object.fromEntries(
    Object.entries(environment).filter(([, value]) => value !== undefined && value.trim() !== ""),
  );
}

function isWebAddress(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}

const tokenClaims = z.object({ role: z.string() });

function isPublicKey(key: string): boolean {
  if (key.startsWith("sb_publishable_")) return true;
  try {
    const claims = tokenClaims.parse(JSON.parse(Buffer.from(key.split(".")[1] ?? "", "base64url").toString()));
    return claims.role === "anon";
  } catch {
    // Not a JWT; a secret key of the new kind is not one either.
    return false;
  }
}
