import type { SupabaseClient } from "@supabase/supabase-js";
import { z } from "zod";
import type { Database } from "#database";

/** Makes the client; each of its calls goes through what `watch` makes of `fetch`. */
export type Connect = (watch: (send: typeof fetch) => typeof fetch) => SupabaseClient<Database>;

/** What the database knows of an executor. */
export interface Standing {
  /** Since its last heartbeat, by the clock of the server; null when it was never heard of. */
  silentSeconds: number | null;
  problem: { message: string; hint?: string | undefined } | null;
  /** Requests that it could take. */
  queued: number;
  running: number;
}

const ANSWER_WITHIN_MS = 10_000;
const problem = z.object({ message: z.string(), hint: z.string().optional() });

/** @throws Error in words when there is no usable answer */
export async function readStanding(connect: Connect, executorId: string): Promise<Standing> {
  let answeredAt = Date.now();
  const database = connect((send) => async (input, init) => {
    const answer = await send(input, init);
    answeredAt = Date.parse(answer.headers.get("date") ?? "") || Date.now();
    return answer;
  });
  const signal = AbortSignal.timeout(ANSWER_WITHIN_MS);
  const row = await database
    .from("executors")
    .select("last_seen_at, problem")
    .eq("id", executorId)
    .abortSignal(signal)
    .maybeSingle();
  if (row.error !== null) throw inWords(row);
  const count = async (filter: string) => {
    const counted = await database
      .from("agent_provision_requests")
      .select("id", { count: "exact", head: true })
      .or(filter)
      .abortSignal(signal);
    if (counted.error !== null) throw inWords(counted);
    return counted.count ?? 0;
  };
  const seenAt = row.data === null ? null : Date.parse(row.data.last_seen_at);
  return {
    // The header has whole seconds.
    silentSeconds: seenAt === null ? null : Math.max(0, Math.round((answeredAt - seenAt) / 1000)),
    problem: problem
      .nullable()
      .catch(null)
      .parse(row.data?.problem ?? null),
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
