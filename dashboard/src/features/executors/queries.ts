import { type QueryClient, queryOptions } from "@tanstack/react-query";
import { type ExecutorRuntime, executorRuntime } from "#contract";
import { runtimesQuery } from "../../lib/fleet/queries.ts";
import type { RuntimeRow } from "../../lib/fleet/rows.ts";
import { supabase } from "../../lib/supabase.ts";

const FINDINGS_EVERY_MS = 60_000;

/** A row of the view `executor_findings`. */
export type FindingsRow = { executor_id: string | null; reported_at: string | null; findings: unknown };

/** What the doctor of each executor found last. */
export const findingsQuery = queryOptions({
  queryKey: ["findings"],
  // A view: no event tells of it.
  refetchInterval: FINDINGS_EVERY_MS,
  queryFn: async ({ signal }): Promise<FindingsRow[]> => {
    const { data } = await supabase
      .from("executor_findings")
      .select("executor_id, reported_at, findings")
      .abortSignal(signal)
      .throwOnError();
    return data;
  },
});

/** Asks an executor, through the function, for a new list of its agents; answers the last one. Throws FunctionsError. */
export async function askForList(executorId: string): Promise<ExecutorRuntime> {
  const { data, error } = await supabase.functions.invoke(
    `provision-agent/executors/${encodeURIComponent(executorId)}/runtime?refresh=1`,
    { method: "GET" },
  );
  if (error) throw error;
  return executorRuntime.parse(data);
}

/** Puts when a list was asked for into the cache; the list itself comes live, and may be there already. */
export function keepAsking(client: QueryClient, answer: ExecutorRuntime): void {
  const { executorId, agents, publishedAt, requestedAt } = answer;
  client.setQueryData<RuntimeRow[]>(runtimesQuery.queryKey, (rows = []) => {
    if (!rows.some(({ executor_id }) => executor_id === executorId)) {
      return [...rows, { executor_id: executorId, agents, published_at: publishedAt, requested_at: requestedAt }];
    }
    if (requestedAt === null) return rows;
    return rows.map((row) => (row.executor_id === executorId ? { ...row, requested_at: requestedAt } : row));
  });
}

/** Whether a list was asked for that is still to come. */
export function isListAwaited({ requested_at, published_at }: RuntimeRow): boolean {
  if (requested_at === null) return false;
  return published_at === null || Date.parse(published_at) < Date.parse(requested_at);
}
