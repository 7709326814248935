import { existsSync, realpathSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { hashSources } from "./hash-sources.ts";

/** What the service runs. Everything is an absolute path. */
export interface Program {
  node: string;
  main: string;
  workingDirectory: string;
  /** For `HATCHERY_ENV_FILE`. */
  settingsFile: string;
  /** Takes what is said before there is a log. */
  errorFile: string;
  /** Of the sources that it was installed from. */
  build: string;
}

const MAIN = fileURLToPath(new URL("../main.ts", import.meta.url));
const PROJECT = fileURLToPath(new URL("../../", import.meta.url)).slice(0, -1);

/** This checkout under this Node. */
export async function thisProgram({
  settingsFile,
  errorFile,
}: Pick<Program, "settingsFile" | "errorFile">): Promise<Program> {
  return {
    node: lastingNode(process.execPath),
    main: MAIN,
    workingDirectory: PROJECT,
    settingsFile,
    errorFile,
    build: await hashSources(PROJECT),
  };
}

/** Homebrew's folder of a version goes with the next `brew upgrade`; its link `opt` leads to the new one. */
export function lastingNode(execPath: string): string {
  const [, prefix, formula] = /^(.+)\/Cellar\/([^/]+)\/[^/]+\/bin\/node$/.exec(execPath) ?? [];
  if (prefix === undefined || formula === undefined) return execPath;
  const link = join(prefix, "opt", formula, "bin", "node");
  return existsSync(link) && realpathSync(link) === realpathSync(execPath) ? link : execPath;
}

/** Why what is installed is not what `install` would install from here now, one sentence each. */
export function whatIsStale(installed: Program, here: Program): string[] {
  const found: string[] = [];
  if (!existsSync(installed.node)) found.push(`Its Node is gone: ${installed.node}`);
  else if (installed.node !== here.node) found.push(`It runs under another Node: ${installed.node}, not ${here.node}`);
  if (!existsSync(installed.main)) found.push(`Its checkout is gone: ${installed.main}`);
  else if (installed.main !== here.main) found.push(`It runs another checkout: ${installed.workingDirectory}`);
  else if (installed.build !== here.build) found.push("It was installed before this checkout changed");
  return found;
}
