import { createClient } from "@supabase/supabase-js";
import { ALIVE_SECONDS } from "#contract";
import { databaseUrl, readOwner, readState } from "../stack/index.ts";
import { localExecutorId, openclawHome } from "./executor-process.ts";
import { readOwnerAccount } from "./owner-account.ts";
import { dashboardAddress, findDown, type Status } from "./status.ts";

/** Of the local stack in this folder; undefined when none runs. */
export async function readLocalStatus(stateDir: string): Promise<Status | undefined> {
  const state = await readState(stateDir);
  if (state === undefined || (await readOwner(stateDir)) === undefined) return undefined;
  const { keys, ports, databasePassword } = state;
  const apiUrl = `http://127.0.0.1:${ports["api"]}`;
  const dashboardUrl = dashboardAddress(ports["dashboard"]);
  const executorId = await localExecutorId(stateDir);
  const client = () => createClient(apiUrl, keys.serviceRoleKey, { auth: { persistSession: false } });
  const owner = await readOwnerAccount(stateDir);
  const signedIn = owner === undefined ? undefined : await client().auth.signInWithPassword(owner);
  const accessToken = signedIn?.data.session?.access_token;

  const down = await findDown({
    "database and API": async () => (await client().from("projects").select("id").limit(1)).error === null,
    "sign-in": () => Promise.resolve(accessToken !== undefined),
    "provision-agent": async () => {
      const answer = await fetch(`${apiUrl}/functions/v1/provision-agent`, { method: "OPTIONS" });
      return answer.ok;
    },
    executor: async () => {
      const since = new Date(Date.now() - ALIVE_SECONDS * 1000).toISOString();
      const { data } = await client().from("executors").select("id").eq("id", executorId).gt("last_seen_at", since);
      return data?.length === 1;
    },
    dashboard: async () => (await fetch(dashboardUrl)).ok,
  });
  const lines = {
    API_URL: apiUrl,
    ANON_KEY: keys.anonKey,
    PUBLISHABLE_KEY: keys.publishableKey,
    SERVICE_ROLE_KEY: keys.serviceRoleKey,
    OWNER_ACCESS_TOKEN: accessToken ?? "",
    DB_URL: databaseUrl({ port: ports["database"] ?? 0, password: databasePassword }, "postgres"),
    DASHBOARD_URL: dashboardUrl,
    EXECUTOR_ID: executorId,
    OPENCLAW_HOME: openclawHome(stateDir),
  };
  return { lines, down };
}
