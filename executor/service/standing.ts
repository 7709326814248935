import type { SupabaseClient } from "@supabase/supabase-js";
import { z } from "zod";
import type { Database } from "#database";

/** What the database knows of an executor. */
export interface Standing {
  /** Since its last heartbeat, by the database's clock; null when it was never heard of. */
  silentSeconds: number | null;
  problem: { message: string; hint?: string | undefined } | null;
  /** Requests that it could take. */
  queued: number;
  running: number;
}

const ANSWER_WITHIN_MS = 10_000;
const examination = z.object({
  silentSeconds: z.number().nullable(),
  problem: z.object({ message: z.string(), hint: z.string().optional() }).nullable(),
});

/** As this executor or as service role. @throws Error in words when there is no usable answer */
export async function readStanding(database: SupabaseClient<Database>, executorId: string): Promise<Standing> {
  const signal = AbortSignal.timeout(ANSWER_WITHIN_MS);
  // Not from the table: an executor's own credential may not read it.
  const reply = await database.rpc("examine_executor", { executor: executorId, functions: [] }).abortSignal(signal);
  if (reply.error !== null) throw inWords(reply);
  const { silentSeconds, problem } = examination.parse(reply.data);
  const count = async (filter: string) => {
    const counted = await database
      .from("agent_provision_requests")
      .select("id", { count: "exact", head: true })
      .or(filter)
      .abortSignal(signal);
    if (counted.error !== null) throw inWords(counted);
    return counted.count ?? 0;
  };
  return {
    silentSeconds: silentSeconds === null ? null : Math.round(silentSeconds),
    problem,
    queued: await count(`and(status.eq.queued,or(executor_id.is.null,executor_id.eq.${executorId}))`),
    running: await count(`and(status.eq.running,executor_id.eq.${executorId})`),
  };
}

function inWords({ status, error }: { status: number; error: { message: string } }): Error {
  if (status === 401 || status === 403)
    return new Error("key refused. Enroll this executor again: npm run executor -- enroll", { cause: error });
  const message = `${error.message.slice(0, 200)}: check SUPABASE_URL and the network, and whether the project is paused`;
  return new Error(message, { cause: error });
}
