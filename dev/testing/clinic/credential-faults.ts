import { rm } from "node:fs/promises";
import { credentialFile } from "../../../executor/config.ts";
import { readEnvFile, writeEnvFile } from "../../../executor/env-file.ts";
import type { ClinicMachine } from "./clinic.ts";
import type { ClinicFault } from "./fault.ts";
import { firstCommand, inShell } from "./in-shell.ts";

/** As somebody edits the file. */
export async function changeCredential({ stateDir }: ClinicMachine, changed: Record<string, string>): Promise<void> {
  const file = credentialFile(stateDir);
  const { SUPABASE_URL = "", SUPABASE_PUBLISHABLE_KEY = "", ...own } = readEnvFile(file);
  const { EXECUTOR_ID = "", EXECUTOR_EMAIL = "", EXECUTOR_PASSWORD = "" } = own;
  await writeEnvFile(file, {
    ...{ SUPABASE_URL, SUPABASE_PUBLISHABLE_KEY, EXECUTOR_ID, EXECUTOR_EMAIL, EXECUTOR_PASSWORD },
    ...changed,
  });
}

const WHAT_THE_DATABASE_TELLS = {
  checks: ["contract", "clock", "realtime", "queue"],
  because: "the database tells of an executor to that executor alone",
};

export const CREDENTIAL_FAULTS: ClinicFault[] = [
  {
    name: "a credential that was revoked",
    found: { check: "credential", level: "fail", says: "The credential was revoked" },
    plant: ({ world, executorId }) => world.database.query("select public.revoke_executor($1)", [executorId]),
    follow: inShell,
    hides: WHAT_THE_DATABASE_TELLS,
  },
  {
    name: "a credential whose user is gone",
    found: { check: "credential", level: "fail", says: "The project refuses this key" },
    plant: ({ world, userId }) => world.database.query("delete from auth.users where id = $1", [userId]),
    follow: inShell,
    hides: WHAT_THE_DATABASE_TELLS,
  },
  {
    name: "the credential of another executor",
    found: { check: "credential", level: "fail", says: "The credential is that of mini-" },
    plant: ({ settings, executorId }) => {
      settings["EXECUTOR_ID"] = `${executorId}-other`;
    },
    follow: inShell,
    hides: WHAT_THE_DATABASE_TELLS,
  },
  {
    name: "a key that opens everything",
    found: { check: "credential", level: "warn", says: "a key that opens the whole project" },
    async plant({ settings, stateDir, executorId, world: { stack } }) {
      await rm(credentialFile(stateDir));
      settings["EXECUTOR_ID"] = executorId;
      settings["SUPABASE_URL"] = stack.apiUrl;
      settings["SUPABASE_PUBLISHABLE_KEY"] = stack.publishableKey;
      settings["SUPABASE_SERVICE_ROLE_KEY"] = stack.secretKey;
    },
    async follow(machine, hint) {
      await firstCommand(machine, hint);
      delete machine.settings[/then take (\w+) away/.exec(hint)?.[1] ?? ""];
    },
  },
];
