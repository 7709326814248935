import { accessSync, constants } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { projectSettings } from "../../executor/config.ts";

/** A Supabase project that runs elsewhere. */
export type RemoteProject = {
  apiUrl: string;
  /** The publishable key or the anon key. */
  publishableKey: string;
};

export type LocalOptions = {
  /** Where keys, data, logs and the sandboxed OpenClaw home are. */
  stateDir: string;
  /** An OpenClaw to use in place of the pinned one, which is then not installed. */
  openclaw?: string;
  /** Used in place of a Supabase on this machine. */
  remote?: RemoteProject;
};

const STATE_DIR = fileURLToPath(new URL("../../.hatchery", import.meta.url));

/**
 * Reads `--state-dir DIR`, `--openclaw PATH` and `--remote`, which start, status and stop share. Only `--remote` makes them
 * look at SUPABASE_URL and SUPABASE_PUBLISHABLE_KEY; each project then has a state folder of its own.
 * @throws Error that names an option nobody knows, an OpenClaw that cannot be executed, or a setting that `--remote` lacks.
 */
export function readOptions(args: string[], environment = process.env): LocalOptions {
  const { values } = parseArgs({
    args,
    options: { "state-dir": { type: "string" }, openclaw: { type: "string" }, remote: { type: "boolean" } },
  });
  if (values.openclaw !== undefined) accessSync(values.openclaw, constants.X_OK);
  const remote = values.remote === true ? readRemote(environment) : undefined;
  const usual = remote === undefined ? STATE_DIR : join(STATE_DIR, "remote", folderOf(remote));
  return {
    stateDir: resolve(values["state-dir"] ?? usual),
    ...(values.openclaw === undefined ? {} : { openclaw: resolve(values.openclaw) }),
    ...(remote === undefined ? {} : { remote }),
  };
}

function readRemote(environment: NodeJS.ProcessEnv): RemoteProject {
  const parsed = projectSettings.safeParse(environment);
  if (parsed.success)
    return { apiUrl: new URL(parsed.data.SUPABASE_URL).origin, publishableKey: parsed.data.SUPABASE_PUBLISHABLE_KEY };
  const wrong = parsed.error.issues.map(({ path, message }) => `  ${path.join(".")}: ${message}`);
  throw new Error(["--remote needs to know the project:", ...wrong].join("\n"));
}

/** The project's host, as a folder's name. */
const folderOf = ({ apiUrl }: RemoteProject): string => new URL(apiUrl).host.replaceAll(/[^\w.-]/g, "-");
