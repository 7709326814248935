import { agentIdFromName } from "../_shared/agent-id.ts";
import { type CreateAgentCommand, createAgentCommand } from "../_shared/contract.ts";
import { renderDocuments } from "../_shared/render-documents.ts";
import { type CallerReader, unauthorized } from "./caller.ts";
import type { Created, Database } from "./database.ts";
import { logEvent } from "./log.ts";
import { parseCommand } from "./parse-command.ts";
import { Refusal } from "./refusal.ts";

/** POST /: one agent and the request to provision it, as `{agent, request}`. Throws a Refusal. */
export async function createAgent(request: Request, readCaller: CallerReader, database: Database): Promise<Created> {
  const caller = await readCaller(request.headers);
  if (caller.role === "anon" && (await database.readAccessMode()) !== "open") {
    throw unauthorized("This project is open to its members only", "Sign in first");
  }

  const command = await parseCommand(createAgentCommand, request);
  const project = await readProject(command.projectId, database);
  const idToken = crypto.randomUUID();
  const documents = renderDocuments({
    name: command.displayName,
    role: command.roleShort,
    emoji: command.emoji,
    project,
    agentId: idToken,
  });

  const created = await database.createAgent({
    command,
    agentIdShort: wantedId(command),
    requestedBy: caller.requestedBy,
    documents,
    idToken,
  });
  logEvent("info", "agent_requested", { requestId: created.request.id, agentKey: created.agent.agent_key });
  return created;
}

function wantedId({ agentKey, displayName }: CreateAgentCommand): string {
  return agentKey?.split(":")[1] ?? agentIdFromName(displayName);
}

/** The project as one line of text: its name predates our rules for names. */
async function readProject(id: string, database: Database): Promise<string> {
  const name = await database.readProjectName(id);
  if (name === null) {
    throw new Refusal("There is no such project", { status: 404, code: "project_not_found", field: "projectId" });
  }
  return name.replace(/\s+/g, " ").trim() || id;
}
