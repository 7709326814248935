import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import type { User } from "../stack/unprivileged-user.ts";

const MAIN = fileURLToPath(new URL("../../executor/main.ts", import.meta.url));

/** Executors as processes of their own, which can be killed. */
export function executorProcesses() {
  const children: ChildProcess[] = [];
  return {
    /** As this user, when one is named, and behind these words (`mounting`), when there are some. */
    start(
      command: string,
      settings: Record<string, string>,
      args: string[] = [],
      { wrapper = [], ...user }: Partial<User> & { wrapper?: string[] } = {},
    ) {
      // The PATH that launchd gives.
      const env = { PATH: "/usr/bin:/bin:/usr/sbin:/sbin", LOG_FILE: "-", ...settings };
      const [file = "", ...words] = [...wrapper, process.execPath, MAIN, command, ...args];
      const child = spawn(file, words, {
        ...{ env, stdio: ["ignore", "pipe", "pipe"] },
        ...(user.uid !== undefined && { uid: user.uid, gid: user.gid }),
      });
      children.push(child);
      const ended = Promise.all([once(child, "exit"), text(child.stdout), text(child.stderr)]).then(
        ([[code], stdout, stderr]) => ({ code, stdout, stderr }),
      );
      return { child, ended };
    },
    /** Kills whichever still runs. */
    async end(): Promise<void> {
      for (const child of children.splice(0)) {
        if (child.exitCode !== null || child.signalCode !== null) continue;
        child.kill("SIGKILL");
        await once(child, "exit");
      }
    },
  };
}
