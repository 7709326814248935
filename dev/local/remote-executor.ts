import { createClient } from "@supabase/supabase-js";
import { originOf } from "../../executor/config.ts";
import { readEnvFileIfThere } from "../../executor/env-file.ts";
import { readStanding, type Standing } from "../../executor/service/standing.ts";
import { executorCredential, executorState, localExecutorId } from "./executor-process.ts";
import type { RemoteProject } from "./options.ts";

interface Credential {
  email: string;
  password: string;
}

/** What the executor in this folder signs in with at the project; undefined when it was not enrolled there. */
export function readCredential(stateDir: string, { apiUrl }: RemoteProject): Credential | undefined {
  const kept = readEnvFileIfThere(executorCredential(stateDir));
  const { SUPABASE_URL: address, EXECUTOR_EMAIL: email, EXECUTOR_PASSWORD: password } = kept;
  if (originOf(address) !== apiUrl || email === undefined || password === undefined) return undefined;
  return { email, password };
}

/** The commands that enroll it. */
export function enrollAdvice(stateDir: string, { apiUrl, publishableKey }: RemoteProject): string {
  const settings = {
    STATE_DIR: executorState(stateDir),
    SUPABASE_URL: apiUrl,
    SUPABASE_PUBLISHABLE_KEY: publishableKey,
  };
  const words = Object.entries(settings).map(([name, value]) => `${name}='${value}'`);
  return `${words.join(" ")} npm run executor -- enroll`;
}

/**
 * Asks what the project knows of the executor in this folder, as often as wanted in one session.
 * @throws Error in words, when it cannot be asked
 */
export async function withStanding<T>(
  stateDir: string,
  { project: { apiUrl, publishableKey }, credential }: { project: RemoteProject; credential: Credential },
  use: (ask: () => Promise<Standing>) => Promise<T>,
): Promise<T> {
  const client = createClient(apiUrl, publishableKey, { auth: { persistSession: false, autoRefreshToken: false } });
  const { error } = await client.auth.signInWithPassword(credential);
  if (error !== null) throw new Error(`The executor cannot sign in: ${error.message}`, { cause: error });
  try {
    const executorId = await localExecutorId(stateDir);
    return await use(() => readStanding(client, executorId));
  } finally {
    await client.auth.signOut({ scope: "local" });
  }
}
