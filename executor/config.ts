import { homedir, hostname } from "node:os";
import { isAbsolute, join } from "node:path";
import { z } from "zod";
import { executorId } from "#contract";
import { readEnvFile, readEnvFileIfThere } from "./env-file.ts";
import { KILL_PAUSE_MS } from "./kill-pause.ts";
import { isPublicKey } from "./public-key.ts";

function whole(preset: number, least: number, most: number) {
  const rule = `must be a whole number from ${least} to ${most} (${preset} when not set)`;
  return z.coerce.number({ error: rule }).int(rule).min(least, rule).max(most, rule).default(preset);
}

const folder = z
  .string()
  .transform((path) => (path === "~" || path.startsWith("~/") ? join(homedir(), path.slice(1)) : path))
  .refine(isAbsolute, "must be an absolute path, or start with ~/");

const stateDir = folder.default(join(homedir(), ".hatchery"));

const supabaseUrl = z
  .string("is missing. Set it to the address of the Supabase project, for example https://abcdefgh.supabase.co")
  .refine(
    isSafeAddress,
    "must be an https address, for example https://abcdefgh.supabase.co; http is for this machine alone, because keys pass in clear",
  );

const secretKey = z
  .string(
    "is missing, and this executor is not enrolled. Enroll it: npm run executor -- enroll. The service role key or a secret key (sb_secret_…) would do too, but opens everything",
  )
  .refine(
    (key) => !isPublicKey(key),
    "is the public key. Enroll the executor (npm run executor -- enroll), or take the service role key or a secret key (sb_secret_…)",
  );

const publicKey = z
  .string("is missing. Take the publishable key (sb_publishable_…) or the anon key from the project's API settings")
  .refine(isPublicKey, "must be the publishable key (sb_publishable_…) or the anon key, and no other");

/** What enrolling has written. */
const ownCredential = z.object({
  SUPABASE_PUBLISHABLE_KEY: publicKey,
  EXECUTOR_EMAIL: z.string("is missing. Enroll the executor again: npm run executor -- enroll"),
  EXECUTOR_PASSWORD: z.string("is missing. Enroll the executor again: npm run executor -- enroll"),
});

const serviceRole = z.object({ SUPABASE_SERVICE_ROLE_KEY: secretKey });

const LONGEST_NAME = 80;
const executorName = z.string().max(LONGEST_NAME, `must be at most ${LONGEST_NAME} characters long`);
const thisMachine = () => hostname().slice(0, LONGEST_NAME);

const settings = z.object({
  SUPABASE_URL: supabaseUrl,
  EXECUTOR_ID: executorId.optional(),
  EXECUTOR_NAME: executorName.optional(),
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
  STATE_DIR: stateDir,
  CONCURRENCY: whole(3, 1, 16),
  SWEEP_SECONDS: whole(10, 1, 300),
  LEASE_SECONDS: whole(60, 5, 600),
  STEP_TIMEOUT_SECONDS: whole(180, 1, 3600),
  KILL_PAUSE_SECONDS: whole(KILL_PAUSE_MS / 1000, 0, 3600),
  WATCH: z.enum(["events", "polling"], { error: "must be events or polling (events when not set)" }).default("events"),
  WATCH_MAIN: z.enum(["true", "false"], { error: "must be true or false (false when not set)" }).default("false"),
  REALTIME: z.enum(["on", "off"], { error: "must be on or off (on when not set)" }).default("on"),
  LOG_LEVEL: z
    .enum(["debug", "info", "warn", "error"], { error: "must be debug, info, warn or error (info when not set)" })
    .default("info"),
  /** `-` is standard output. */
  LOG_FILE: z.union([z.literal("-"), folder], { error: "must be an absolute path, start with ~/, or be -" }).optional(),
});

/** Which Supabase project, for whoever has no credential there. */
export const projectSettings = z.object({ SUPABASE_URL: supabaseUrl, SUPABASE_PUBLISHABLE_KEY: publicKey });

const enrolling = projectSettings.extend({
  EXECUTOR_ID: executorId.optional(),
  EXECUTOR_NAME: executorName.optional(),
  STATE_DIR: stateDir,
  OWNER_ACCESS_TOKEN: z.string().optional(),
});

type Environment = Readonly<Record<string, string | undefined>>;

/** That of this process. */
export const environment: Environment = process.env;

/** Whatever the executor reads a setting from. */
export const SETTING_NAMES = [settings, ownCredential, serviceRole].flatMap(({ shape }) => Object.keys(shape));

/** Settings of one executor; durations in ms, paths absolute. */
export type Config = ReturnType<typeof toConfig>;

/** Every wrong setting, one line each. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
}

/** The file that enrolling writes. */
export const credentialFile = (stateDir: string): string => join(stateDir, "executor.env");

/** Where the log goes when no LOG_FILE is named and nobody watches. */
export const usualLogFile = (stateDir: string): string => join(stateDir, "logs", "executor.log");

/**
 * Reads the settings from the environment, below it from the file that HATCHERY_ENV_FILE names, and below that from the
 * file that enrolling wrote. An empty value is the same as none.
 * @throws ConfigError that names every wrong setting and what to do about it
 */
export function readConfig(environment: Environment = process.env): Config {
  const layers = readLayers(environment);
  requireSameProject(layers);
  const set = merge(layers);
  const parsed = settings.safeParse(set);
  const credential = readCredential(set);
  if (parsed.success && credential.success) return toConfig(parsed.data, credential.data, environment);
  throw wrongSettings([...describe(parsed.error), ...describe(credential.error)]);
}

/** What `enroll` needs to know; the owner is asked for at the terminal when there is no token. @throws ConfigError */
export function readEnrollConfig(environment: Environment = process.env) {
  const parsed = enrolling.safeParse(merge(readLayers(environment)));
  if (!parsed.success) throw wrongSettings(describe(parsed.error));
  return {
    supabaseUrl: parsed.data.SUPABASE_URL,
    publicKey: parsed.data.SUPABASE_PUBLISHABLE_KEY,
    executorId: parsed.data.EXECUTOR_ID,
    displayName: parsed.data.EXECUTOR_NAME ?? thisMachine(),
    stateDir: parsed.data.STATE_DIR,
    ownerAccessToken: parsed.data.OWNER_ACCESS_TOKEN,
  };
}

/** The folder and the log alone, however wrong the other settings are. @throws ConfigError */
export function readPlaces(environment: Environment) {
  const parsed = settings.pick({ STATE_DIR: true, LOG_FILE: true }).safeParse(merge(readLayers(environment)));
  if (!parsed.success) throw wrongSettings(describe(parsed.error));
  const { STATE_DIR, LOG_FILE = usualLogFile(STATE_DIR) } = parsed.data;
  return { stateDir: STATE_DIR, logFile: LOG_FILE };
}

/** The executor's own credential goes before a key that opens everything. */
function readCredential(set: Environment) {
  if (set["EXECUTOR_EMAIL"] === undefined && set["EXECUTOR_PASSWORD"] === undefined)
    return serviceRole.transform((key) => ({ serviceRoleKey: key.SUPABASE_SERVICE_ROLE_KEY })).safeParse(set);
  return ownCredential
    .transform((own) => ({
      publicKey: own.SUPABASE_PUBLISHABLE_KEY,
      email: own.EXECUTOR_EMAIL,
      password: own.EXECUTOR_PASSWORD,
    }))
    .safeParse(set);
}

function describe(error: z.core.$ZodError | undefined): string[] {
  return (error?.issues ?? []).map((issue) => `${issue.path.join(".")}: ${issue.message}`);
}

function wrongSettings(lines: string[]): ConfigError {
  return new ConfigError(["The executor cannot start with these settings:", ...lines].join("\n  "));
}

type Credential = Extract<ReturnType<typeof readCredential>, { success: true }>["data"];

function toConfig(set: z.infer<typeof settings>, credential: Credential, environment: Environment) {
  return {
    supabaseUrl: set.SUPABASE_URL,
    credential,
    executorId: set.EXECUTOR_ID,
    displayName: set.EXECUTOR_NAME ?? thisMachine(),
    projectIds: set.PROJECT_IDS,
    openclawBin: set.OPENCLAW_BIN,
    openclawHome: set.OPENCLAW_HOME,
    workspaceRoot: set.WORKSPACE_ROOT ?? join(set.OPENCLAW_HOME, ".openclaw"),
    stateDir: set.STATE_DIR,
    concurrency: set.CONCURRENCY,
    sweepMs: set.SWEEP_SECONDS * 1000,
    leaseSeconds: set.LEASE_SECONDS,
    stepTimeoutMs: set.STEP_TIMEOUT_SECONDS * 1000,
    killPauseMs: set.KILL_PAUSE_SECONDS * 1000,
    watch: set.WATCH,
    watchMain: set.WATCH_MAIN === "true",
    realtime: set.REALTIME === "on",
    logLevel: set.LOG_LEVEL,
    logFile: set.LOG_FILE,
    /** For the few variables that OpenClaw may see. */
    environment,
  };
}

/** Where settings come from, the first of them that says something before the others. */
function readLayers(environment: Environment): Environment[] {
  const around = withoutEmpty(environment);
  const named = around["HATCHERY_ENV_FILE"];
  const file = named === undefined ? {} : withoutEmpty(readOrRefuse("HATCHERY_ENV_FILE=", named, readEnvFile));
  const home = stateDir.safeParse(around["STATE_DIR"] ?? file["STATE_DIR"]);
  const own = home.success ? withoutEmpty(readOrRefuse("", credentialFile(home.data), readEnvFileIfThere)) : {};
  return [around, file, own];
}

const merge = (layers: Environment[]): Environment => Object.assign({}, ...layers.toReversed());

/** A credential goes to no other project than the one that it was written down with. @throws ConfigError */
function requireSameProject(layers: Environment[]): void {
  const there = layers.find((layer) => layer["EXECUTOR_PASSWORD"] !== undefined)?.["SUPABASE_URL"];
  const here = merge(layers)["SUPABASE_URL"];
  if (there === undefined || originOf(there) === originOf(here)) return;
  const advice = "Enroll it there (npm run executor -- enroll), or leave SUPABASE_URL out";
  throw wrongSettings([`SUPABASE_URL: is ${here}, but this executor is enrolled at ${there}. ${advice}`]);
}

/** Of an address as it was given; two that differ in case or a slash at the end are one project. */
export function originOf(address: string | undefined): string | undefined {
  return address !== undefined && URL.canParse(address) ? new URL(address).origin : address;
}

function readOrRefuse(prefix: string, file: string, read: (file: string) => Environment): Environment {
  try {
    return read(file);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new ConfigError(`The executor cannot start with ${prefix}${file}: ${why}`, { cause: error });
  }
}

function withoutEmpty(environment: Environment): Environment {
  return Object.fromEntries(
    Object.entries(environment).filter(([, value]) => value !== undefined && value.trim() !== ""),
  );
}

function isSafeAddress(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname } = new URL(text);
  return protocol === "https:" || (protocol === "http:" && /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/.test(hostname));
}
