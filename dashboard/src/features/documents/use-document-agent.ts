import { useQuery } from "@tanstack/react-query";
import { accessQuery, mayChange } from "../../lib/access.ts";
import { findByPath } from "../../lib/fleet/agent-path.ts";
import { agentsQuery, executorsQuery, requestsQuery } from "../../lib/fleet/queries.ts";
import { type Reading, readingOf } from "../../lib/fleet/reading.ts";
import type { AgentRow, ExecutorRow, RequestRow } from "../../lib/fleet/rows.ts";
import { viewId } from "../../lib/fleet/view-id.ts";

/** An agent as far as its documents are concerned. */
export type DocumentAgent = {
  agent: AgentRow;
  executors: readonly ExecutorRow[];
  /** Where it lives, or is to live; undefined while nobody knows. */
  executor: ExecutorRow | undefined;
  /** Why nothing can be written; undefined when it can. */
  lock: Lock | undefined;
};

/** `viewer`: the person may not; `removing`: the agent goes; `absent`: nobody asked for it to be on a Mac. */
export type Lock = "viewer" | "removing" | "absent";

/** The agent of an address; undefined when there is none. */
export function useDocumentAgent(
  agentKey: string,
  project: string | null,
): Reading & { found: DocumentAgent | undefined } {
  const agents = useQuery(agentsQuery);
  const requests = useQuery(requestsQuery);
  const executors = useQuery(executorsQuery);
  const access = useQuery(accessQuery);
  const views = (agents.data ?? []).map((agent) => ({ id: viewId(agent), agent }));
  const agent = findByPath(views, agentKey, project)?.agent;
  const all = executors.data ?? [];
  return {
    ...readingOf([agents, requests, executors, access]),
    found: agent && {
      agent,
      executors: all,
      executor: executorOf(agent, all),
      lock: lockOf(agent, requests.data ?? [], mayChange(access.data, agent.project_id)),
    },
  };
}

/** An agent that is bound to none belongs to the only one there is. */
export function executorOf({ executor_id }: AgentRow, executors: readonly ExecutorRow[]): ExecutorRow | undefined {
  if (executor_id === null) return executors.length === 1 ? executors[0] : undefined;
  return executors.find(({ id }) => id === executor_id);
}

function lockOf(agent: AgentRow, requests: readonly RequestRow[], isMine: boolean): Lock | undefined {
  if (!isMine) return "viewer";
  const own = requests.filter((request) => viewId(request) === viewId(agent));
  if (own.some(({ kind, status }) => kind === "deprovision" && (status === "queued" || status === "running"))) {
    return "removing";
  }
  const isAsked = own.some(({ kind }) => kind === "provision" || kind === "adopt");
  return agent.provisioned || agent.workspace_path !== null || isAsked ? undefined : "absent";
}
