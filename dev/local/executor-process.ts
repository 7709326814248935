import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createClient } from "@supabase/supabase-js";
import { credentialFile } from "../../executor/config.ts";
import { enroll } from "../../executor/enroll.ts";
import { readEnvFileIfThere } from "../../executor/env-file.ts";
import { keepExecutorId } from "../../executor/executor-identity.ts";
import { type ChildProcess, startChild } from "../stack/child-processes.ts";
import type { Stack } from "../stack/index.ts";

export const EXECUTOR_MAIN = fileURLToPath(new URL("../../executor/main.ts", import.meta.url));

/** Where the sandboxed OpenClaw lives: the folder that contains `.openclaw`. Never the user's own. */
export const openclawHome = (stateDir: string): string => join(stateDir, "openclaw-home");

export const executorState = (stateDir: string): string => join(stateDir, "executor");

/** Where enrolling keeps what the local executor signs in with. */
export const executorCredential = (stateDir: string): string => credentialFile(executorState(stateDir));

/** The id under which the local executor reports; made at the first call. */
export const localExecutorId = (stateDir: string): Promise<string> => keepExecutorId(executorState(stateDir));

/** All that the local executor's commands are given. */
export function executorEnvironment(stateDir: string, openclaw: string): Record<string, string> {
  return {
    PATH: process.env["PATH"] ?? "/usr/bin:/bin",
    STATE_DIR: executorState(stateDir),
    OPENCLAW_BIN: openclaw,
    OPENCLAW_HOME: openclawHome(stateDir),
    LOG_FILE: "-",
  };
}

/**
 * Starts the executor of a local stack; enrolls it first, unless the credential in its state folder is still good.
 * @param settings more of them, by the names in docs/operations.md.
 */
export async function startExecutor(
  stateDir: string,
  stack: Pick<Stack, "apiUrl" | "publishableKey" | "serviceRoleKey">,
  openclaw: string,
  settings: Record<string, string> = {},
): Promise<ChildProcess> {
  await enrollUnlessIn(stateDir, stack);
  return await startEnrolledExecutor(stateDir, openclaw, settings);
}

/**
 * Starts an executor that has a credential, as launchd would: a process of its own, with settings in its environment and
 * nothing else.
 */
export async function startEnrolledExecutor(
  stateDir: string,
  openclaw: string,
  settings: Record<string, string> = {},
): Promise<ChildProcess> {
  await mkdir(openclawHome(stateDir), { recursive: true, mode: 0o700 });
  return await startChild({
    stateDir,
    name: "executor",
    command: process.execPath,
    args: [EXECUTOR_MAIN, "run"],
    env: { ...executorEnvironment(stateDir, openclaw), ...settings },
    // It stops what OpenClaw is doing in order, which may take half a minute; a SIGKILL would strand OpenClaw's lease.
    stopsItsOwnChildren: true,
    graceMs: 60_000,
  });
}

async function enrollUnlessIn(
  stateDir: string,
  { apiUrl, publishableKey, serviceRoleKey }: Pick<Stack, "apiUrl" | "publishableKey" | "serviceRoleKey">,
): Promise<void> {
  const file = executorCredential(stateDir);
  const { auth } = createClient(apiUrl, publishableKey, { auth: { persistSession: false, autoRefreshToken: false } });
  const { SUPABASE_URL: address, EXECUTOR_EMAIL: email, EXECUTOR_PASSWORD: password } = readEnvFileIfThere(file);
  if (address === apiUrl && email !== undefined && password !== undefined) {
    const { error } = await auth.signInWithPassword({ email, password });
    if (error === null) return void (await auth.signOut({ scope: "local" }));
  }
  await enroll({
    supabaseUrl: apiUrl,
    publicKey: publishableKey,
    executorId: await localExecutorId(stateDir),
    displayName: "npm start",
    bearer: serviceRoleKey,
    file,
    auth,
  });
}
