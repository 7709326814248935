import type { Check, Patient } from "../check.ts";
import type { Examination } from "../database-look.ts";
import { fail, ok, type Verdict, warn } from "../finding.ts";

export const ENROLL = "npm run executor -- enroll";
const MIGRATE =
  "Apply all of supabase/migrations to this project (supabase db push); npm start does it for a local one";
const AHEAD_MS = { warn: 30_000, fail: 5 * 60_000 };

/** Whether there is a database at all. */
export const databaseCheck: Check = {
  name: "database",
  async look({ lookAtDatabase, config }) {
    const look = await lookAtDatabase();
    if (look.is !== "silent") return [ok(`The database answers at ${config.supabaseUrl}`)];
    const hint = "Check SUPABASE_URL and the network, and whether the project is paused";
    return [fail(`The database cannot be used: ${look.why}`, hint)];
  },
};

/** Whether the key opens what it must, and no more. */
export const credentialCheck: Check = {
  name: "credential",
  async look({ lookAtDatabase, config, executorId }) {
    const look = await lookAtDatabase();
    if (look.is === "refusing") return [fail("The project refuses this key", ENROLL)];
    if (look.is !== "known") return [];
    return [judgeCredential(look, { executorId, hasServiceKey: "serviceRoleKey" in config.credential })];
  },
};

function judgeCredential(
  { actsAs, examination }: { actsAs: string | null; examination: Examination | null },
  { executorId, hasServiceKey }: { executorId: string | null; hasServiceKey: boolean },
): Verdict {
  if (hasServiceKey && (examination !== null || executorId === null))
    return warn(
      "This executor uses a key that opens the whole project",
      `${ENROLL}, then take SUPABASE_SERVICE_ROLE_KEY away`,
    );
  if (hasServiceKey) return fail("SUPABASE_SERVICE_ROLE_KEY is no service role key, and opens nothing", ENROLL);
  if (actsAs === null) return fail("The credential was revoked", ENROLL);
  if (actsAs !== executorId) return fail(`The credential is that of ${actsAs}, and this is ${executorId}`, ENROLL);
  return ok(`Enrolled as ${executorId}`);
}

/** Whether the database and this executor are made for each other. */
export const contractCheck: Check = {
  name: "contract",
  async look({ lookAtDatabase, contractVersion: ours }) {
    const look = await lookAtDatabase();
    if (look.is === "bare")
      return [fail("The database lacks tables or functions: migrations were not applied", MIGRATE)];
    if (look.is !== "known" || look.examination === null) return [];
    const { contractVersion, missingFunctions } = look.examination;
    if (missingFunctions.length > 0)
      return [fail(`The database lacks functions of this executor: ${missingFunctions.join(", ")}`, MIGRATE)];
    const versions = `The database keeps version ${contractVersion} of the contract, and this executor ${ours}`;
    if (contractVersion < ours) return [fail(versions, MIGRATE)];
    if (contractVersion > ours) return [fail(versions, "Update Hatchery on this machine")];
    return [ok(`Both keep version ${contractVersion} of the contract`)];
  },
};

/** Times are the database's; this machine's clock stands in logs, and opens and closes certificates. */
export const clockCheck: Check = {
  name: "clock",
  async look(patient) {
    const examination = await examine(patient);
    if (examination === null) return [];
    const seconds = Math.round(Math.abs(examination.clockAheadMs) / 1000);
    const side = examination.clockAheadMs > 0 ? "ahead of" : "behind";
    const message = `This machine's clock is ${seconds} s ${side} the database's`;
    const isMac = patient.platform === "darwin";
    const hint = isMac ? "sudo sntp -sS time.apple.com" : "sudo timedatectl set-ntp true";
    if (Math.abs(examination.clockAheadMs) > AHEAD_MS.fail) return [fail(message, hint)];
    return [Math.abs(examination.clockAheadMs) > AHEAD_MS.warn ? warn(message, hint) : ok(message)];
  },
};

/** What the database knows; null where another check says why it tells nothing. */
export async function examine({ lookAtDatabase }: Pick<Patient, "lookAtDatabase">): Promise<Examination | null> {
  const look = await lookAtDatabase();
  return look.is === "known" ? look.examination : null;
}
