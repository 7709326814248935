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
  const owner = connectAuth({ supabaseUrl, publicKey });
  const bearer = ownerAccessToken ?? (await signInOwner(owner, TERMINAL));
  const file = credentialFile(config.stateDir);
  try {
    const auth = connectAuth({ supabaseUrl, publicKey });
    await enroll({ supabaseUrl, publicKey, executorId, displayName: config.displayName, bearer, file, auth });
  } finally {
    // Of an owner who signed in here. A token that was handed over is somebody else's to end.
    await owner.signOut({ scope: "local" });
  }
  process.stdout.write(`${executorId} is enrolled. Its credential is in ${file}: start the executor again to use it\n`);
  return 0;
}
