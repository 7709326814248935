import { supabase } from "../supabase.ts";
import { type CreatedAnswer, createdAnswer, type RequestRow, requestAnswer } from "./rows.ts";

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

/** An agent, by the parts of its address. */
export type AgentAddress = { project_id: string; agent_key: string };

/** The function's address of an agent. */
export function addressOf({ project_id, agent_key }: AgentAddress): string {
  return `provision-agent/projects/${encodeURIComponent(project_id)}/agents/${encodeURIComponent(agent_key)}`;
}

/**
 * Asks the function to set up an agent that no executor holds: where it belongs, or moved to `executorId`. Throws
 * FunctionsError.
 */
export async function provisionAgain(agent: AgentAddress, executorId?: string): Promise<CreatedAnswer> {
  const { data, error } = await supabase.functions.invoke(`${addressOf(agent)}/provision`, {
    method: "POST",
    body: executorId === undefined ? {} : { executorId },
  });
  if (error) throw error;
  return createdAnswer.parse(data);
}

/** Asks the function to take over an agent that OpenClaw on this executor has and nobody here knows. Throws FunctionsError. */
export async function adoptAgent(projectId: string, executorId: string, agentId: string): Promise<CreatedAnswer> {
  const { data, error } = await supabase.functions.invoke(
    `provision-agent/projects/${encodeURIComponent(projectId)}/adopt`,
    { method: "POST", body: { executorId, agentId } },
  );
  if (error) throw error;
  return createdAnswer.parse(data);
}
