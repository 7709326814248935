import { queryOptions } from "@tanstack/react-query";
import type { CreateAgentCommand } from "#contract";
import { type AgentRow, type CreatedAnswer, createdAnswer, createdAnswers } from "../../lib/fleet/rows.ts";
import { supabase } from "../../lib/supabase.ts";
import type { ActivityRow } from "./activity-row.ts";

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
