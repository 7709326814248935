import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { credentialFile } from "../../executor/config.ts";
import { enroll } from "../../executor/enroll.ts";
import { keepExecutorId } from "../../executor/executor-identity.ts";
import { type ChildProcess, startChild } from "../stack/child-processes.ts";
import type { Stack } from "../stack/index.ts";

const MAIN = fileURLToPath(new URL("../../executor/main.ts", import.meta.url));

/** Where the sandboxed OpenClaw lives: the folder that contains `.openclaw`. Never the user's own. */
export const openclawHome = (stateDir: string): string => join(stateDir, "openclaw-home");

const executorState = (stateDir: string): string => join(stateDir, "executor");

/** The id under which the local executor reports; made at the first call. */
export const localExecutorId = (stateDir: string): Promise<string> => keepExecutorId(executorState(stateDir));

/**
 * Enrolls the executor, then starts it as launchd would: a process of its own, with settings in its environment and nothing
 * else. Its credential is in its state folder, and new with each start.
 * @param settings more of them, by the names in docs/operations.md.
 */
export async function startExecutor(
  stateDir: string,
  stack: Pick<Stack, "apiUrl" | "publishableKey" | "serviceRoleKey">,
  openclaw: string,
  settings: Record<string, string> = {},
): Promise<ChildProcess> {
  const home = openclawHome(stateDir);
  await mkdir(home, { recursive: true, mode: 0o700 });
  await enroll({
    supabaseUrl: stack.apiUrl,
    publicKey: stack.publishableKey,
    executorId: await localExecutorId(stateDir),
    displayName: "npm start",
    bearer: stack.serviceRoleKey,
    file: credentialFile(executorState(stateDir)),
  });
  return await startChild({
    stateDir,
    name: "executor",
    command: process.execPath,
    args: [MAIN, "run"],
    env: {
      PATH: process.env["PATH"] ?? "/usr/bin:/bin",
      STATE_DIR: executorState(stateDir),
      OPENCLAW_BIN: openclaw,
      OPENCLAW_HOME: home,
      ...settings,
    },
    // It stops what OpenClaw is doing in order, which may take half a minute; a SIGKILL would strand OpenClaw's lease.
    stopsItsOwnChildren: true,
    graceMs: 60_000,
  });
}
