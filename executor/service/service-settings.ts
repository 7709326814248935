import { join, resolve } from "node:path";
import { type Config, credentialFile, readConfig, readPlaces, SETTING_NAMES } from "../config.ts";
import { formatVariables, readEnvFileIfThere } from "../env-file.ts";
import { hideTokens } from "../redact.ts";
import { readIfThere } from "./machine.ts";
import { ServiceError } from "./service-error.ts";

type Environment = Readonly<Record<string, string | undefined>>;

export interface ServiceSettings {
  config: Config;
  /** What the file is to hold; null when it is right as it is. */
  text: string | null;
  /** Settings that are another one in the file than in the environment: the file's counts. */
  kept: string[];
}

const HEADER =
  "# Settings of the executor, as docs/operations.md lists them. Nobody but its owner may read this file.\n";
const SERVICE_KEY = "SUPABASE_SERVICE_ROLE_KEY";
const SECRETS = /^(\W*(?:EXECUTOR_PASSWORD|SUPABASE_SERVICE_ROLE_KEY|OWNER_ACCESS_TOKEN)\s*=).+$/gm;

/** The file that the service reads: as the environment says, as the installed service does, or one in the state folder. */
export function settingsFileOf(environment: Environment, installed: string | undefined): string {
  const named = environment["HATCHERY_ENV_FILE"] || installed;
  if (named) return resolve(named);
  return join(readPlaces({ STATE_DIR: environment["STATE_DIR"] }).stateDir, "hatchery.env");
}

/**
 * What the service will work with: what stands in `file`, and what the environment says beside that.
 * @throws ConfigError when `run` could not start with it, ServiceError when the file cannot be used
 */
export async function planSettings(environment: Environment, file: string): Promise<ServiceSettings> {
  const there = readOrRefuse(file);
  const given = Object.entries(environment).flatMap(([name, value]): [string, string][] =>
    SETTING_NAMES.includes(name) && value !== undefined && value.trim() !== "" ? [[name, value]] : [],
  );
  const config = readConfig({ ...Object.fromEntries(given), ...there });
  const enrolled = readOrRefuse(credentialFile(config.stateDir));
  const isNeeded = (name: string) => name !== SERVICE_KEY || "serviceRoleKey" in config.credential;
  // What enrolling has written stays in its own file, which enrolling again replaces.
  const added = given.filter(([name, value]) => !there[name] && enrolled[name] !== value && isNeeded(name));
  const kept = given.flatMap(([name, value]) => (there[name] && there[name] !== value ? [name] : []));
  const before = await readIfThere(file);
  if (before !== null && added.length === 0) return { config, text: null, kept };
  const start = before ?? HEADER;
  const separator = start === "" || start.endsWith("\n") ? "" : "\n";
  return { config, text: `${start}${separator}${formatOrRefuse(added)}`, kept };
}

function formatOrRefuse(added: [string, string][]): string {
  try {
    return formatVariables(Object.fromEntries(added));
  } catch (error) {
    throw new ServiceError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

/** A file as a person at the screen may see it. */
export function maskSecrets(text: string): string {
  return hideTokens(text.replace(SECRETS, "$1[hidden]"));
}

function readOrRefuse(file: string): Environment {
  try {
    return readEnvFileIfThere(file);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new ServiceError(`${file} holds keys, and ${why}`, { cause: error });
  }
}
