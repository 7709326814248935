import type { SupabaseClient } from "@supabase/supabase-js";
import { z } from "zod";
import type { Database } from "#database";
import { QUEUE_VERBS } from "../queue-verbs.ts";

const examination = z.object({
  now: z.iso.datetime({ offset: true }).transform((time) => Date.parse(time)),
  contractVersion: z.int(),
  missingFunctions: z.array(z.string()),
  unpublishedTables: z.array(z.string()),
  /** The process that was heard last as this executor; null when none was. */
  instanceId: z.string().nullable(),
  /** Since it was heard. */
  silentSeconds: z.number().nullable(),
  problem: z.object({ message: z.string(), hint: z.string().optional() }).nullable(),
  /** How long the oldest request that it could take has been due; 0 when none is. */
  oldestQueuedSeconds: z.number(),
  /** Requests of the last day. */
  endedByOthers: z.number(),
});

/** What only the database knows of an executor. */
export type Examination = z.infer<typeof examination> & {
  /** How far this machine's clock is ahead, in ms. */
  clockAheadMs: number;
};

export type DatabaseLook =
  | { is: "silent"; why: string }
  | { is: "refusing" }
  /** It answers, and lacks what the migrations make. */
  | { is: "bare" }
  /** `actsAs`: whose credential this is; null when it is no executor's. No examination: it is not allowed one. */
  | { is: "known"; actsAs: string | null; examination: Examination | null };

interface LookOptions {
  database: SupabaseClient<Database>;
  /** Null before it has one: then there is nothing to examine. */
  executorId: string | null;
  projectIds: string[] | undefined;
  now(): number;
}

const ANSWER_WITHIN_MS = 10_000;
const access = z.object({ executor_id: z.string().nullable() });

/** Two calls, which change nothing. Never throws. */
export async function lookAtDatabase({ database, executorId, projectIds, now }: LookOptions): Promise<DatabaseLook> {
  const own = await database
    .from("access")
    .select("executor_id")
    .abortSignal(AbortSignal.timeout(ANSWER_WITHIN_MS))
    .single();
  if (own.status === 401 || own.status === 403) return { is: "refusing" };
  if (own.error !== null) return isAbsence(own) ? { is: "bare" } : silence(own);
  const parsed = access.safeParse(own.data);
  if (!parsed.success) return { is: "silent", why: "its answer is of another shape" };
  const actsAs = parsed.data.executor_id;
  if (executorId === null) return { is: "known", actsAs, examination: null };

  const askedAt = now();
  const args = { executor: executorId, functions: [...QUEUE_VERBS], ...(projectIds && { project_ids: projectIds }) };
  const reply = await database.rpc("examine_executor", args).abortSignal(AbortSignal.timeout(ANSWER_WITHIN_MS));
  const answeredAt = now();
  if (reply.status === 401 || reply.status === 403) return { is: "known", actsAs, examination: null };
  if (reply.error !== null) return isAbsence(reply) ? { is: "bare" } : silence(reply);
  const examined = examination.safeParse(reply.data);
  if (!examined.success) return { is: "silent", why: "its answer is of another shape" };
  const clockAheadMs = (askedAt + answeredAt) / 2 - examined.data.now;
  return { is: "known", actsAs, examination: { ...examined.data, clockAheadMs } };
}

function silence({ status, error }: { status: number; error: { message: string } }): DatabaseLook {
  return { is: "silent", why: status === 0 ? `no answer (${error.message})` : `HTTP ${status}, ${error.message}` };
}

/** PostgREST's and Postgres's words for a table or function that is not there; a gateway without a database has others. */
function isAbsence({ status, error }: { status: number; error: { code: string } }): boolean {
  return status === 404 && /^(?:PGRST20[25]|42P01|42883)$/.test(error.code);
}
