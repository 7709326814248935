import { queryOptions } from "@tanstack/react-query";
import type { CreateAgentCommand } from "#contract";
import { tables } from "../../lib/live-tables.ts";
import { supabase } from "../../lib/supabase.ts";
import {
  type ActivityRow,
  type AgentRow,
  type CreatedAnswer,
  createdAnswer,
  createdAnswers,
  type ExecutorRow,
  type ProjectRow,
  type RequestRow,
  type RuntimeRow,
  requestAnswer,
} from "./rows.ts";

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
          "id, project_id, agent_key, kind, status, display_name, progress, result, requested_at, picked_up_at, completed_at, cancel_requested_at, writing_began_at, attempts, max_attempts, run_after, executor_id, retry_of",
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
      .select("id, display_name, last_seen_at, workspace_root, problem")
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
      .select("executor_id, agents, published_at")
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

export const ACTIVITIES_KEY = ["activities"] as const;
const ACTIVITIES_EVERY_MS = 20_000;

/** What is about the whole project, and so about each of its agents: who may read and change them, and where they run. */
const ABOUT_ACCESS = ["member_added", "member_removed", "access_changed", "executor_enrolled", "executor_revoked"];

/** The newest of one agent, and of who may do what with it: one more than `count`, where there are more. */
export function activitiesQuery({ project_id, agent_key }: Pick<AgentRow, "project_id" | "agent_key">, count: number) {
  return queryOptions({
    queryKey: [...ACTIVITIES_KEY, project_id, agent_key, count],
    // No event tells of edits, members and executors.
    refetchInterval: ACTIVITIES_EVERY_MS,
    queryFn: async ({ signal }): Promise<ActivityRow[]> => {
      const { data } = await supabase
        .from("activities")
        .select("id, type, message, requested_by, created_at")
        .eq("project_id", project_id)
        .or(`actor_agent_key.eq.${quoted(agent_key)},and(actor_agent_key.is.null,type.in.(${ABOUT_ACCESS.join()}))`)
        .order("created_at", { ascending: false })
        .order("id")
        .limit(count + 1)
        .abortSignal(signal)
        .throwOnError();
      return data;
    },
  });
}

/** As one value of a filter, whatever is in it. */
function quoted(text: string): string {
  return `"${text.replace(/["\\]/g, "\\$&")}"`;
}

/**
 * Asks the function for a new agent, and for nothing else. Under the same key (UUID) the same command makes nothing twice.
 * Throws FunctionsError when it refuses or is out of reach.
 */
export async function createAgent(key: string, command: CreateAgentCommand): Promise<CreatedAnswer> {
  const { data, error } = await supabase.functions.invoke("provision-agent", {
    headers: { "Idempotency-Key": key },
    body: command,
  });
  if (error) throw error;
  return createdAnswer.parse(data);
}

/** The same for several, all of them or none; answers them in the same order. */
export async function createAgents(key: string, agents: readonly CreateAgentCommand[]): Promise<CreatedAnswer[]> {
  const { data, error } = await supabase.functions.invoke("provision-agent", {
    headers: { "Idempotency-Key": key },
    body: { agents },
  });
  if (error) throw error;
  return createdAnswers.parse(data).agents;
}

/** Asks the function to try a request again; answers the new request. Throws FunctionsError. */
export async function retryRequest(requestId: string): Promise<RequestRow> {
  const { data, error } = await supabase.functions.invoke(`provision-agent/requests/${requestId}/retry`, {
    method: "POST",
  });
  if (error) throw error;
  return requestAnswer.parse(data).request;
}

/**
 * Asks the function to call a request off; answers it as it is then: ended, or running and asked to stop. Throws
 * FunctionsError, too_late among them.
 */
export async function cancelRequest(requestId: string): Promise<RequestRow> {
  const { data, error } = await supabase.functions.invoke(`provision-agent/requests/${requestId}/cancel`, {
    method: "POST",
  });
  if (error) throw error;
  return requestAnswer.parse(data).request;
}
