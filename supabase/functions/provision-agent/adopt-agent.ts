import { z } from "zod";
import { adoptAgentCommand, projectId } from "../_shared/contract.ts";
import type { CallerReader } from "./caller.ts";
import type { Created, Database } from "./database.ts";
import { logEvent } from "./log.ts";
import { requireMayWrite, requireSignedIn } from "./membership.ts";
import { parseCommand, readJson } from "./parse-command.ts";
import { parsePath } from "./parse-path.ts";

/**
 * POST /projects/:projectId/adopt: the rows of an agent that only OpenClaw knew, and the request that reads its files, as
 * `{agent, request}`. Throws a Refusal.
 */
export async function adoptAgent(
  request: Request,
  path: { projectId: string },
  readCaller: CallerReader,
  database: Database,
): Promise<Created> {
  const caller = await readCaller(request.headers);
  requireSignedIn(caller, "adopt an agent");
  const project = parsePath(z.object({ projectId }), path).projectId;
  const command = parseCommand(adoptAgentCommand, await readJson(request));
  await requireMayWrite(caller, project, database);
  const adopted = await database.adoptAgent(project, command, caller.requestedBy);
  logEvent("info", "agent_adoption_requested", { agentKey: adopted.agent.agent_key, requestId: adopted.request.id });
  return adopted;
}
