import { queryOptions } from "@tanstack/react-query";
import { tables } from "../live-tables.ts";
import { supabase } from "../supabase.ts";
import type { AgentRow, ExecutorRow, ProjectRow, RequestRow, RuntimeRow } from "./rows.ts";

/** PostgREST answers at most this many rows at once where nobody raised its limit. */
const PAGE_ROWS = 1000;

type Answer<Row> = PromiseLike<{ data: Row[] }>;

/** Every row of a query that is asked page by page. Throws what the first page that fails throws. */
async function readPages<Row>(readPage: (from: number, to: number) => Answer<Row>): Promise<Row[]> {
  const rows: Row[] = [];
  for (;;) {
    const { data } = await readPage(rows.length, rows.length + PAGE_ROWS - 1);
    rows.push(...data);
    if (data.length < PAGE_ROWS) return rows;
  }
}

export const agentsQuery = queryOptions({
  queryKey: tables.agents.queryKey,
  queryFn: ({ signal }): Promise<AgentRow[]> =>
    readPages((from, to) =>
      supabase
        .from("agents")
        .select(
          "id, project_id, agent_key, agent_id_short, name, role, emoji, color, workspace_path, provisioned, executor_id, created_at",
        )
        .order("id")
        .range(from, to)
        .abortSignal(signal)
        .throwOnError(),
    ),
});

export const requestsQuery = queryOptions({
  queryKey: tables.requests.queryKey,
  queryFn: ({ signal }): Promise<RequestRow[]> =>
    readPages((from, to) =>
      supabase
        .from("agent_provision_requests")
        .select(
          "id, project_id, agent_key, agent_id_short, kind, status, display_name, emoji, progress, result, requested_at, picked_up_at, completed_at, cancel_requested_at, writing_began_at, attempts, max_attempts, run_after, executor_id, retry_of, requested_by",
        )
        .order("requested_at", { ascending: false })
        .order("id")
        .range(from, to)
        .abortSignal(signal)
        .throwOnError(),
    ),
});

export const executorsQuery = queryOptions({
  queryKey: tables.executors.queryKey,
  queryFn: async ({ signal }): Promise<ExecutorRow[]> => {
    const { data } = await supabase
      .from("executors")
      .select(
        "id, display_name, platform, version, contract_version, openclaw_version, workspace_root, started_at, last_seen_at, counters, problem",
      )
      .order("display_name")
      .abortSignal(signal)
      .throwOnError();
    return data;
  },
});

export const runtimesQuery = queryOptions({
  queryKey: tables.runtime.queryKey,
  queryFn: async ({ signal }): Promise<RuntimeRow[]> => {
    const { data } = await supabase
      .from("executor_runtime")
      .select("executor_id, agents, published_at, requested_at")
      .order("executor_id")
      .abortSignal(signal)
      .throwOnError();
    return data;
  },
});

export const projectsQuery = queryOptions({
  queryKey: ["projects"],
  queryFn: async ({ signal }): Promise<ProjectRow[]> => {
    const { data } = await supabase
      .from("projects")
      .select("id, name")
      .order("created_at")
      .abortSignal(signal)
      .throwOnError();
    return data;
  },
});
