import { queryOptions } from "@tanstack/react-query";
import { z } from "zod";
import type { CreateAgentCommand, EditAgentCommand } from "#contract";
import { DOCUMENTS_KEY } from "../../lib/document-nudges.ts";
import { type AgentAddress, addressOf } from "../../lib/fleet/commands.ts";
import {
  type AgentRow,
  agentRow,
  type CreatedAnswer,
  createdAnswer,
  createdAnswers,
  requestRow,
} from "../../lib/fleet/rows.ts";
import { supabase } from "../../lib/supabase.ts";
import type { ActivityRow } from "./activity-row.ts";

export const ACTIVITIES_KEY = ["activities"] as const;
const ACTIVITIES_EVERY_MS = 20_000;

/** What is about the whole project, and so about each of its agents: who may read and change them, and where they run. */
const ABOUT_ACCESS = ["member_added", "member_removed", "access_changed", "executor_enrolled", "executor_revoked"];

/** The newest of one agent, and of who may do what with it: one more than `count`, where there are more. */
export function activitiesQuery({ project_id, agent_key }: AgentAddress, count: number) {
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

/** A file that is not as its document says, and will not be by itself. */
export type DocumentTrouble = {
  executor_id: string;
  /** Null: its file could not be read or written. */
  conflict_version: number | null;
  brain_docs: { project_id: string; agent_key: string; doc_type: string };
};

/** Of every agent, those documents alone: few, however many agents there are. */
export const troublesQuery = queryOptions({
  queryKey: [...DOCUMENTS_KEY, "troubles"],
  queryFn: async ({ signal }): Promise<DocumentTrouble[]> => {
    const { data } = await supabase
      .from("brain_doc_disk")
      .select("executor_id, conflict_version, brain_docs!inner(project_id, agent_key, doc_type)")
      .or("conflict_version.not.is.null,error.not.is.null")
      .limit(MOST_TROUBLES)
      .abortSignal(signal)
      .throwOnError();
    return data;
  },
});
const MOST_TROUBLES = 200;

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

const editedAnswer = z.object({ agent: agentRow, request: requestRow.nullable() });
/** The agent as it is called from now on, and the request that tells OpenClaw so or is to make it so. */
export type EditedAnswer = z.infer<typeof editedAnswer>;

/** Asks the function to change what `changes` names of an agent, and nothing else. Throws FunctionsError. */
export async function editAgent(agent: AgentRow, changes: EditAgentCommand): Promise<EditedAnswer> {
  const { data, error } = await supabase.functions.invoke(addressOf(agent), { method: "PATCH", body: changes });
  if (error) throw error;
  return editedAnswer.parse(data);
}

const removedAnswer = z.object({ removed: z.boolean(), request: requestRow.nullable() });
/** Whether the agent is gone already; if not, `request` removes it. */
export type RemovedAnswer = z.infer<typeof removedAnswer>;

/** Asks the function to remove an agent. Asked twice it answers the same. Throws FunctionsError. */
export async function removeAgent(agent: AgentRow): Promise<RemovedAnswer> {
  const { data, error } = await supabase.functions.invoke(addressOf(agent), { method: "DELETE" });
  if (error) throw error;
  return removedAnswer.parse(data);
}
