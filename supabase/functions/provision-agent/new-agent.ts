import { agentIdFromName } from "../_shared/agent-id.ts";
import type { CreateAgentCommand } from "../_shared/contract.ts";
import { type RenderedDocument, renderDocuments } from "../_shared/render-documents.ts";

/** What the database needs to make an agent. */
export type NewAgent = {
  command: CreateAgentCommand;
  /** Exactly this id when the command names a key, else the id to make free. */
  agentIdShort: string;
  documents: RenderedDocument[];
  /** Stands in the documents where the id belongs, until the database has settled on one. */
  idToken: string;
};

/** Renders the documents of an agent; `project` is the project's name. */
export function prepareAgent(command: CreateAgentCommand, project: string): NewAgent {
  const { agentKey, displayName, roleShort, emoji } = command;
  const idToken = crypto.randomUUID();
  return {
    command,
    agentIdShort: agentKey?.split(":")[1] ?? agentIdFromName(displayName),
    documents: renderDocuments({ name: displayName, role: roleShort, emoji, project, agentId: idToken }),
    idToken,
  };
}
