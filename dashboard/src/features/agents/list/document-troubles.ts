import { documentName } from "../../../lib/fleet/document-name.ts";
import { viewId } from "../../../lib/fleet/view-id.ts";
import type { AgentView } from "../agent-views.ts";
import type { DocumentTrouble } from "../queries.ts";

/** What is wrong with the documents of agents, in one sentence each, by the view's id; agents with nothing wrong are not in it. */
export function troubleWords(
  troubles: readonly DocumentTrouble[],
  views: readonly AgentView[],
): ReadonlyMap<string, string> {
  const executors = new Map(views.map(({ id, agent }) => [id, agent.executor_id]));
  const byAgent = new Map<string, DocumentTrouble[]>();
  for (const trouble of troubles) {
    const id = viewId(trouble.brain_docs);
    const executor = executors.get(id);
    // What another Mac said before the agent moved counts no more.
    if (executor === undefined || (executor !== null && executor !== trouble.executor_id)) continue;
    byAgent.set(id, [...(byAgent.get(id) ?? []), trouble]);
  }
  return new Map([...byAgent].map(([id, own]) => [id, sentenceOf(own)]));
}

function sentenceOf(troubles: readonly DocumentTrouble[]): string {
  const [first] = troubles;
  if (first === undefined || troubles.length > 1) return `${troubles.length} documents are not in sync`;
  const name = documentName(first.brain_docs.doc_type);
  return first.conflict_version === null ? `${name} could not be written` : `${name} differs on disk`;
}
