import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { isFileLocked } from "./file-lock.ts";
import { letInOneProcess } from "./one-process.ts";

/**
 * Makes this process the one executor of the OpenClaw in `home`, whatever its state folder, until it is disposed. The lock is
 * that of the file, by whichever path it is reached.
 * @throws AlreadyRunningError when another one lives, StateFolderError when the folder `.hatchery` in `home` cannot be used
 */
export async function takeOpenclawHome(home: string): Promise<Disposable> {
  const folder = join(home, ".hatchery");
  const pidFile = join(folder, "openclaw.pid");
  const lock = await letInOneProcess({
    file: join(folder, "openclaw.lock"),
    setting: "OPENCLAW_HOME",
    refusal: async () => {
      const pid = await readPid(pidFile);
      const who = pid === undefined ? "Another process" : `Process ${pid}`;
      return `${who} is the executor of the OpenClaw in ${home} already: stop that one first. One executor serves every project`;
    },
  });
  // Only for the words of a refusal. On a full disk the file is empty then, and they name nobody.
  await writeFile(pidFile, `${process.pid}\n`, { mode: 0o600 }).catch(() => undefined);
  return lock;
}

/** The process that is the executor of the OpenClaw in `home`; null when none is. */
export async function lookAtOpenclawHome(home: string): Promise<{ pid: number | undefined } | null> {
  const folder = join(home, ".hatchery");
  if (!isFileLocked(join(folder, "openclaw.lock"))) return null;
  const pid = await readPid(join(folder, "openclaw.pid"));
  return { pid: pid === undefined ? undefined : Number(pid) };
}

async function readPid(file: string): Promise<string | undefined> {
  try {
    return /^[1-9]\d*$/m.exec(await readFile(file, "utf8"))?.[0];
  } catch {
    // Not there yet; that somebody has the lock is known all the same.
    return undefined;
  }
}
