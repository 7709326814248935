import type { SupabaseClient } from "@supabase/supabase-js";
import { z } from "zod";
import type { Database } from "#database";

/** What one look at this executor has shown. `hint`: what to do about it. */
export interface Finding {
  check: "database" | "credential";
  level: "ok" | "warn" | "fail";
  message: string;
  hint?: string;
}

interface DoctorOptions {
  database: SupabaseClient<Database>;
  executorId: string;
  /** Whether it works with a key that opens the whole project. */
  hasServiceKey: boolean;
}

const ANSWER_WITHIN_MS = 10_000;
const EXIT_CODES = { ok: 0, warn: 1, fail: 2 } as const;
const ENROLL = "npm run executor -- enroll";

const access = z.object({ mode: z.string(), executor_id: z.string().nullable() });

/** Looks at what this executor needs, and changes nothing. Never throws. */
export async function diagnose({ database, executorId, hasServiceKey }: DoctorOptions): Promise<Finding[]> {
  const reply = await database
    .from("access")
    .select("mode, executor_id")
    .abortSignal(AbortSignal.timeout(ANSWER_WITHIN_MS))
    .single();
  if (reply.status === 401 || reply.status === 403) {
    return [reached, { check: "credential", level: "fail", message: "The project refuses this key", hint: ENROLL }];
  }
  const parsed = access.safeParse(reply.data);
  if (reply.error !== null || !parsed.success) {
    const why = reply.error?.message ?? "it gave an answer of another shape";
    const hint = "Check SUPABASE_URL, the network, and whether the project is paused or lacks the migrations";
    return [{ check: "database", level: "fail", message: `The database cannot be used: ${why}`, hint }];
  }
  return [reached, judgeCredential(parsed.data.executor_id, executorId, hasServiceKey)];
}

const reached: Finding = { check: "database", level: "ok", message: "The database answers" };

function judgeCredential(actsAs: string | null, executorId: string, hasServiceKey: boolean): Finding {
  if (hasServiceKey) {
    return {
      ...{ check: "credential", level: "warn", message: "This executor uses a key that opens the whole project" },
      hint: `${ENROLL}, then take SUPABASE_SERVICE_ROLE_KEY away`,
    };
  }
  if (actsAs === executorId) return { check: "credential", level: "ok", message: `Enrolled as ${executorId}` };
  const message =
    actsAs === null ? "The credential was revoked" : `The credential is that of ${actsAs}, and this is ${executorId}`;
  return { check: "credential", level: "fail", message, hint: ENROLL };
}

/** One line a finding, for a person; a hint stands below what it is about. */
export function describeFindings(findings: Finding[]): string {
  return findings
    .flatMap(({ check, level, message, hint }) => [
      `${level.padEnd(4)}  ${check.padEnd(10)}  ${message}`,
      ...(hint === undefined ? [] : [`${" ".repeat(18)}-> ${hint}`]),
    ])
    .map((line) => `${line}\n`)
    .join("");
}

/** 0 when all is well, 1 when something is to be heeded, 2 when something keeps it from working. */
export function exitCodeOf(findings: Finding[]): number {
  return Math.max(0, ...findings.map(({ level }) => EXIT_CODES[level]));
}
