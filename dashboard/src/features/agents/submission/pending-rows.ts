import type { CreateAgentCommand } from "#contract";
import type { AgentIdentity } from "../agent-ids.ts";
import type { PendingCreation } from "../pending-creations.ts";

/** The rows that the function will most likely make of a command. */
export function pendingRows(command: CreateAgentCommand, identity: AgentIdentity, now: Date): PendingCreation {
  const id = `pending:${crypto.randomUUID()}`;
  const at = now.toISOString();
  const both = { project_id: command.projectId, agent_key: identity.agentKey, executor_id: command.executorId ?? null };
  return {
    agent: {
      ...both,
      id,
      agent_id_short: identity.agentId,
      name: command.displayName,
      role: command.roleShort || null,
      emoji: command.emoji,
      color: command.color ?? null,
      workspace_path: null,
      provisioned: false,
      created_at: at,
    },
    request: {
      ...both,
      id,
      agent_id_short: identity.agentId,
      kind: "provision",
      status: "queued",
      display_name: command.displayName,
      emoji: command.emoji,
      progress: [],
      result: null,
      requested_at: at,
      picked_up_at: null,
      completed_at: null,
      cancel_requested_at: null,
      writing_began_at: null,
      attempts: 0,
      max_attempts: 1,
      run_after: at,
      retry_of: null,
      requested_by: null,
    },
  };
}
