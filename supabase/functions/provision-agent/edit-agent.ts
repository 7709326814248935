import { editAgentCommand } from "../_shared/contract.ts";
import { type AgentAddress, parseAgentAddress } from "./agent-address.ts";
import type { CallerReader } from "./caller.ts";
import type { Database, Edited } from "./database.ts";
import { logEvent } from "./log.ts";
import { requireMayWrite, requireSignedIn } from "./membership.ts";
import { parseCommand, readJson } from "./parse-command.ts";

/**
 * PATCH /projects/:projectId/agents/:agentKey: the agent as it is called from then on, and the request that tells OpenClaw
 * so or null, as `{agent, request}`. Throws a Refusal.
 */
export async function editAgent(
  request: Request,
  path: AgentAddress,
  readCaller: CallerReader,
  database: Database,
): Promise<Edited> {
  const caller = await readCaller(request.headers);
  requireSignedIn(caller, "change an agent");
  const address = parseAgentAddress(path);
  const edit = parseCommand(editAgentCommand, await readJson(request));
  await requireMayWrite(caller, address.projectId, database);
  const edited = await database.editAgent(address, edit, caller.requestedBy);
  logEvent("info", "agent_edited", { agentKey: address.agentKey, requestId: edited.request?.id });
  return edited;
}
