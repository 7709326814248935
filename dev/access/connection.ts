import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { createClient, type SupabaseClient } from "@supabase/supabase-js";
import { z } from "zod";
import { readOwner, readState } from "../stack/index.ts";

/** What went wrong, in words for a person; nothing of ours failed. */
export class AccessError extends Error {
  override readonly name = "AccessError";
}

const remote = z.object({ SUPABASE_URL: z.url(), SUPABASE_SERVICE_ROLE_KEY: z.string().min(1) });
const LOCAL = fileURLToPath(new URL("../../.hatchery", import.meta.url));

export type Connection = { url: string; client: SupabaseClient };

/**
 * The project that SUPABASE_URL and SUPABASE_SERVICE_ROLE_KEY name, or else the local stack, as service role.
 * @throws AccessError when only one of them is set, or nothing runs here
 */
export async function connect(
  environment: Record<string, string | undefined>,
  stateDir: string = LOCAL,
): Promise<Connection> {
  const { SUPABASE_URL: address, SUPABASE_SERVICE_ROLE_KEY: key } = environment;
  if (!address && !key) return await connectLocally(resolve(stateDir));
  const parsed = remote.safeParse(environment);
  if (!parsed.success)
    throw new AccessError("Set both SUPABASE_URL and SUPABASE_SERVICE_ROLE_KEY, or neither for the local stack");
  return open(parsed.data.SUPABASE_URL, parsed.data.SUPABASE_SERVICE_ROLE_KEY);
}

async function connectLocally(stateDir: string): Promise<Connection> {
  const state = await readState(stateDir);
  if (state === undefined || (await readOwner(stateDir)) === undefined)
    throw new AccessError(
      "Nothing is running here: npm start, or set SUPABASE_URL and SUPABASE_SERVICE_ROLE_KEY for a hosted project",
    );
  return open(`http://127.0.0.1:${state.ports["api"]}`, state.keys.serviceRoleKey);
}

function open(url: string, key: string): Connection {
  return { url, client: createClient(url, key, { auth: { persistSession: false, autoRefreshToken: false } }) };
}
