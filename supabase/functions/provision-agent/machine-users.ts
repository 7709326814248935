import { createClient } from "@supabase/supabase-js";
import type { Environment } from "./environment.ts";
import { internalRefusal } from "./refusal.ts";

/** Auth hashes the password, which takes it a moment. */
const ANSWER_WITHIN_MS = 15_000;

export type MachineUser = { id: string; email: string; password: string };

export type MachineUsers = ReturnType<typeof connectMachineUsers>;

/** Auth's users for executors, through its admin API. Every verb throws a Refusal (internal). */
export function connectMachineUsers({ url, secretKey }: Environment) {
  const { admin } = createClient(url, secretKey, {
    auth: { persistSession: false, autoRefreshToken: false, detectSessionInUrl: false },
    global: { fetch: (input, init) => fetch(input, { ...init, signal: AbortSignal.timeout(ANSWER_WITHIN_MS) }) },
  }).auth;

  return {
    /** A user who can sign in, and whose address never gets mail: the top-level domain `invalid` leads nowhere. */
    async create(executorId: string, displayName: string): Promise<MachineUser> {
      const email = `executor-${randomText(8).toLowerCase()}@hatchery.invalid`;
      // The end is for projects that demand a letter of each case, a digit and a symbol.
      const password = `${randomText(32)}-aA1`;
      const { data, error } = await admin.createUser({
        email,
        password,
        email_confirm: true,
        // Not to be changed by the user itself, unlike the other metadata.
        app_metadata: { hatchery_executor: executorId },
        user_metadata: { name: displayName },
      });
      if (error) throw internalRefusal(error);
      return { id: data.user.id, email, password };
    },

    /** Gone already is as good as removed. */
    async remove(id: string): Promise<void> {
      const { error } = await admin.deleteUser(id);
      if (error && error.code !== "user_not_found") throw internalRefusal(error);
    },
  };
}

/** Hex of so many random bytes. */
function randomText(bytes: number): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(bytes)), (byte) => byte.toString(16).padStart(2, "0")).join(
    "",
  );
}
