/** `npm run -s status`: addresses and keys of the local stack as KEY=value lines. Exit code 0 when all is up, else 1. */
import { createClient } from "@supabase/supabase-js";
import { ALIVE_SECONDS } from "#contract";
import { localExecutorId, openclawHome } from "./local/executor-process.ts";
import { readOptions } from "./local/options.ts";
import { readOwnerAccount } from "./local/owner-account.ts";
import { databaseUrl, readOwner, readState } from "./stack/index.ts";

const { stateDir } = readOptions(process.argv.slice(2));
const state = await readState(stateDir);
const down: string[] = [];

/** Notes what does not work, and goes on: status tells all it can. */
async function check(name: string, works: () => Promise<boolean>): Promise<void> {
  if (!(await works().catch(() => false))) down.push(name);
}

if (state === undefined || (await readOwner(stateDir)) === undefined) {
  console.error("Nothing is running here: npm start");
  process.exit(1);
}

const { keys, ports, databasePassword } = state;
const apiUrl = `http://127.0.0.1:${ports["api"]}`;
// Chosen when its turn comes at the first start.
const dashboardUrl = ports["dashboard"] === undefined ? "" : `http://127.0.0.1:${ports["dashboard"]}`;
const executorId = await localExecutorId(stateDir);
const client = () => createClient(apiUrl, keys.serviceRoleKey, { auth: { persistSession: false } });
const owner = await readOwnerAccount(stateDir);
const signedIn = owner === undefined ? undefined : await client().auth.signInWithPassword(owner);

await check("database and API", async () => (await client().from("projects").select("id").limit(1)).error === null);
await check("sign-in", async () => signedIn?.data.session !== null && signedIn?.data.session !== undefined);
await check("provision-agent", async () => {
  const answer = await fetch(`${apiUrl}/functions/v1/provision-agent`, { method: "OPTIONS" });
  return answer.ok;
});
await check("executor", async () => {
  const since = new Date(Date.now() - ALIVE_SECONDS * 1000).toISOString();
  const { data } = await client().from("executors").select("id").eq("id", executorId).gt("last_seen_at", since);
  return data?.length === 1;
});
await check("dashboard", async () => (await fetch(dashboardUrl)).ok);

const lines = {
  API_URL: apiUrl,
  ANON_KEY: keys.anonKey,
  PUBLISHABLE_KEY: keys.publishableKey,
  SERVICE_ROLE_KEY: keys.serviceRoleKey,
  OWNER_ACCESS_TOKEN: signedIn?.data.session?.access_token ?? "",
  DB_URL: databaseUrl({ port: ports["database"] ?? 0, password: databasePassword }, "postgres"),
  DASHBOARD_URL: dashboardUrl,
  EXECUTOR_ID: executorId,
  OPENCLAW_HOME: openclawHome(stateDir),
};
// Quoted only where a shell would stumble, so that a plain split at = serves as well.
const quoted = (value: string) => (/^[\w./:@%+=,-]*$/.test(value) ? value : JSON.stringify(value));
for (const [name, value] of Object.entries(lines)) console.log(`${name}=${quoted(value)}`);
if (down.length > 0) {
  console.error(`Not up: ${down.join(", ")}. The logs are in ${stateDir}/logs`);
  process.exitCode = 1;
}
