import type { SupabaseClient } from "@supabase/supabase-js";
import type { Database } from "#database";
import { QueueError } from "../queue-error.ts";
import type { Redact } from "../redact.ts";
import type { Finding } from "./finding.ts";

interface ReportOptions {
  database: SupabaseClient<Database>;
  executorId: string;
  /** The process that works as this executor, or did last. */
  instanceId: string;
  /** What every text passes that is written into a row. */
  redact: Redact;
}

const ANSWER_WITHIN_MS = 10_000;
/** What the database takes. */
const MOST = { findings: 50, message: 500, hint: 1000 };

/** Lets pages see what was found, in place of what was found before. @throws QueueError */
export async function reportFindings(
  findings: readonly Finding[],
  { database, executorId, instanceId, redact }: ReportOptions,
): Promise<void> {
  const clean = (text: string, most: number) =>
    redact(text.replaceAll("\0", "").toWellFormed()).slice(0, most).toWellFormed();
  const verb = "report_findings";
  const shown = findings.slice(0, MOST.findings).map(({ check, level, message, hint }) => ({
    ...{ check, level, message: clean(message, MOST.message) },
    ...(hint !== undefined && { hint: clean(hint, MOST.hint) }),
  }));
  const reply = await database
    .rpc(verb, { executor: executorId, instance: instanceId, findings: shown })
    .abortSignal(AbortSignal.timeout(ANSWER_WITHIN_MS));
  if (reply.error !== null) throw QueueError.from(verb, reply.status, reply.error);
}
