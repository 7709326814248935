import { readdir, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { isSystemError } from "../../system-error.ts";
import type { Check, Patient } from "../check.ts";
import { inShell, ok, type Verdict, warn } from "../finding.ts";

/** Whether others may look at what is nobody else's. The files that hold the executor's credential are refused at the start. */
export const permissionsCheck: Check = {
  name: "permissions",
  async look({ config }) {
    const verdicts = await Promise.all([
      judge(config.stateDir),
      judge(join(config.openclawHome, ".openclaw")),
      judge(join(config.openclawHome, ".openclaw", "openclaw.json")),
      ...(await logsOf(config)).map(judge),
    ]);
    const open = verdicts.filter((verdict) => verdict !== null);
    return open.length > 0 ? open : [ok("Nobody else may read what the executor and OpenClaw keep")];
  },
};

async function judge(path: string): Promise<Verdict | null> {
  try {
    const found = await stat(path);
    const mode = found.mode & 0o777;
    if ((mode & 0o077) === 0) return null;
    const closed = found.isDirectory() ? "700" : "600";
    return warn(`Others may read ${path} (mode ${mode.toString(8)})`, `chmod ${closed} ${inShell(path)}`);
  } catch (error) {
    // What is not there, or is no folder, is another check's.
    if (isSystemError(error, "ENOENT", "ENOTDIR")) return null;
    throw error;
  }
}

/** The log and those that were put aside. */
async function logsOf({ logFile, stateDir }: Patient["config"]): Promise<string[]> {
  const file = logFile === undefined || logFile === "-" ? join(stateDir, "logs", "executor.log") : logFile;
  try {
    const names = await readdir(dirname(file));
    return names.filter((name) => name.startsWith(basename(file))).map((name) => join(dirname(file), name));
  } catch (error) {
    if (isSystemError(error, "ENOENT", "ENOTDIR")) return [];
    throw error;
  }
}
