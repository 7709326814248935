import { type AgentAddress, parseAgentAddress } from "./agent-address.ts";
import type { CallerReader } from "./caller.ts";
import type { Database, Removed } from "./database.ts";
import { logEvent } from "./log.ts";
import { requireMayWrite, requireSignedIn } from "./membership.ts";

/**
 * DELETE /projects/:projectId/agents/:agentKey: `{removed, request}`. An agent of which OpenClaw was never told is gone by
 * then; of any other `request` is the one that removes it, the same one however often it is asked for. Throws a Refusal.
 */
export async function removeAgent(
  headers: Headers,
  path: AgentAddress,
  readCaller: CallerReader,
  database: Database,
): Promise<Removed> {
  const caller = await readCaller(headers);
  requireSignedIn(caller, "remove an agent");
  const address = parseAgentAddress(path);
  await requireMayWrite(caller, address.projectId, database);
  const answer = await database.removeAgent(address, caller.requestedBy);
  const event = answer.removed ? "agent_removed" : "agent_removal_requested";
  logEvent("info", event, { agentKey: address.agentKey, requestId: answer.request?.id });
  return answer;
}
