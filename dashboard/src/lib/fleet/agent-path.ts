import type { DocumentType } from "#contract";
import { viewId } from "./view-id.ts";

/** The agent's own page. The project is named only where keys of several projects could be meant. */
export function agentPath(row: { project_id: string; agent_key: string }, hasManyProjects: boolean): string {
  const path = `/agents/${encodeURIComponent(row.agent_key)}`;
  return hasManyProjects ? `${path}?project=${encodeURIComponent(row.project_id)}` : path;
}

/** The page of one of the agent's documents; `project` as the address of the agent's own page names it. */
export function documentPath(agentKey: string, type: DocumentType, project: string | null): string {
  const path = `/agents/${encodeURIComponent(agentKey)}/documents/${type}`;
  return project === null ? path : `${path}?project=${encodeURIComponent(project)}`;
}

/** The agent that a path means: the key, in the named project or in the first one that has it. */
export function findByPath<View extends { id: string; agent: { project_id: string; agent_key: string } }>(
  views: readonly View[],
  agentKey: string,
  projectId: string | null,
): View | undefined {
  const project = projectId ?? views.find(({ agent }) => agent.agent_key === agentKey)?.agent.project_id;
  if (project === undefined) return undefined;
  const id = viewId({ project_id: project, agent_key: agentKey });
  return views.find((view) => view.id === id);
}
