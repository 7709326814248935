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

/** Renders the documents of an agent; `projects` are the names of projects by id. One without a name the database refuses. */
export function prepareAgent(command: CreateAgentCommand, projects: ReadonlyMap<string, string>): NewAgent {
  const { agentKey, displayName, roleShort, emoji, projectId } = command;
  // One line of text, as a document wants it: a project's name predates our rules for names.
  const project = (projects.get(projectId) ?? "").replace(/\s+/g, " ").trim() || projectId;
  const idToken = crypto.randomUUID();
  return {
    command,
    agentIdShort: agentKey?.split(":")[1] ?? agentIdFromName(displayName),
    documents: renderDocuments({ name: displayName, role: roleShort, emoji, project, agentId: idToken }),
    idToken,
  };
}
