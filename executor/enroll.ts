import { constants } from "node:fs";
import { access, mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import type { SupabaseClient } from "@supabase/supabase-js";
import { enrolledExecutor, errorBody } from "#contract";
import { writeEnvFile } from "./env-file.ts";

interface EnrollOptions {
  supabaseUrl: string;
  /** The publishable key or the anon key. */
  publicKey: string;
  executorId: string;
  displayName: string;
  /** Of somebody who owns every project; or the service role key. */
  bearer: string;
  /** Where the credential is kept. */
  file: string;
  /** Signs in with the new credential once, to see that it works. */
  auth: Pick<SupabaseClient["auth"], "signInWithPassword" | "signOut">;
}

/** Enrolling was refused, or brought no answer; the message is for a person. */
export class EnrollError extends Error {
  override readonly name = "EnrollError";
}

const ANSWER_WITHIN_MS = 30_000;

/**
 * Gets this executor a credential of its own, in place of the one it had, and keeps it in `file`. A process that runs with
 * the old one has to be started again.
 * @throws EnrollError
 */
export async function enroll(options: EnrollOptions): Promise<void> {
  const { supabaseUrl, publicKey, executorId, file } = options;
  await requireFolder(dirname(file));
  const credential = await requestCredential(options);
  await writeEnvFile(file, {
    SUPABASE_URL: supabaseUrl,
    SUPABASE_PUBLISHABLE_KEY: publicKey,
    EXECUTOR_ID: executorId,
    EXECUTOR_EMAIL: credential.email,
    EXECUTOR_PASSWORD: credential.password,
  });
  await proveCredential(options.auth, credential);
}

/** Now, while somebody is there to read it, and not at the next start. */
async function proveCredential(
  auth: EnrollOptions["auth"],
  { email, password }: { email: string; password: string },
): Promise<void> {
  const { error } = await auth.signInWithPassword({ email, password });
  if (error !== null) {
    const advice = "Are sign-ins by e-mail and password allowed in the project's Auth settings?";
    throw new EnrollError(`The executor is enrolled, but cannot sign in: ${error.message}. ${advice}`, {
      cause: error,
    });
  }
  await auth.signOut({ scope: "local" });
}

/** Before anything is asked for: a credential that cannot be kept would have ended the one before it for nothing. */
async function requireFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await access(folder, constants.W_OK);
  } catch (error) {
    throw new EnrollError(`${folder} cannot be written: set STATE_DIR to a folder that can`, { cause: error });
  }
}

async function requestCredential({ supabaseUrl, publicKey, executorId, displayName, bearer }: EnrollOptions) {
  const address = new URL("/functions/v1/provision-agent/executors", supabaseUrl);
  let response: Response;
  let text: string;
  try {
    response = await fetch(address, {
      method: "POST",
      headers: { "content-type": "application/json", apikey: publicKey, authorization: `Bearer ${bearer}` },
      body: JSON.stringify({ executorId, displayName }),
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    });
    text = await response.text();
  } catch (error) {
    throw new EnrollError(`${address.origin} gave no answer: check SUPABASE_URL and the network`, { cause: error });
  }
  if (response.status === 201) return enrolledExecutor.parse(JSON.parse(text));
  throw new EnrollError(describeRefusal(response.status, text));
}

function describeRefusal(status: number, text: string): string {
  try {
    const { message, hint } = errorBody.parse(JSON.parse(text)).error;
    return hint === undefined ? message : `${message}. ${hint}`;
  } catch {
    // Not the function: a gateway before it, or a project without it.
    return `The function provision-agent answered ${status}: ${text.slice(0, 200)}`;
  }
}
