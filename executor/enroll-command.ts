import { hostname } from "node:os";
import type { SupabaseClient } from "@supabase/supabase-js";
import { credentialFile, readEnrollConfig } from "./config.ts";
import { enroll } from "./enroll.ts";
import { keepExecutorId } from "./executor-identity.ts";
import { signInOwner } from "./sign-in-owner.ts";

const TERMINAL = { input: process.stdin, output: process.stderr };

/** `enroll`: asks the owner, unless there is a token of theirs, and keeps the credential. @throws ConfigError, EnrollError */
export async function enrollThisExecutor(
  connectAuth: (project: { supabaseUrl: string; publicKey: string }) => SupabaseClient["auth"],
): Promise<number> {
  const { supabaseUrl, publicKey, ownerAccessToken, ...config } = readEnrollConfig();
  const executorId = config.executorId ?? (await keepExecutorId(config.stateDir));
  const bearer = ownerAccessToken ?? (await signInOwner(connectAuth({ supabaseUrl, publicKey }), TERMINAL));
  const file = credentialFile(config.stateDir);
  await enroll({ supabaseUrl, publicKey, executorId, displayName: hostname().slice(0, 80), bearer, file });
  process.stdout.write(`${executorId} is enrolled. Its credential is in ${file}: start the executor again to use it\n`);
  return 0;
}
