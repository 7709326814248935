import { provisionAgentCommand } from "../_shared/contract.ts";
import { type AgentAddress, parseAgentAddress } from "./agent-address.ts";
import type { CallerReader } from "./caller.ts";
import type { Created, Database } from "./database.ts";
import { logEvent } from "./log.ts";
import { requireMayWrite, requireSignedIn } from "./membership.ts";
import { parseCommand, readJson } from "./parse-command.ts";

/**
 * POST /projects/:projectId/agents/:agentKey/provision: an agent that no executor holds, and the request that makes it
 * again, as `{agent, request}`; with an `executorId` that is not its own it moves there. Throws a Refusal.
 */
export async function provisionAgain(
  request: Request,
  path: AgentAddress,
  readCaller: CallerReader,
  database: Database,
): Promise<Created> {
  const caller = await readCaller(request.headers);
  requireSignedIn(caller, "provision an agent again");
  const address = parseAgentAddress(path);
  const { executorId } = parseCommand(provisionAgentCommand, await readJson(request));
  await requireMayWrite(caller, address.projectId, database);
  const again = await database.provisionAgain(address, executorId, caller.requestedBy);
  logEvent("info", "agent_requested_again", { agentKey: address.agentKey, requestId: again.request.id });
  return again;
}
