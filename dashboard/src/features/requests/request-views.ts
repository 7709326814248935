import { badgeOf, readError, reasonOf, type Wait, waitOf } from "#badge";
import { executorLabel } from "../../lib/fleet/executor-label.ts";
import { newestRequests } from "../../lib/fleet/newest-requests.ts";
import { summarise } from "../../lib/fleet/request-steps.ts";
import type { AgentRow, ExecutorRow, RequestRow, RuntimeRow } from "../../lib/fleet/rows.ts";
import { viewId } from "../../lib/fleet/view-id.ts";

export type RequestState = "queued" | "waiting" | "running" | "done" | "failed" | "cancelled";

/** A request as the page shows it. */
export type RequestView = {
  id: string;
  request: RequestRow;
  /** When it was asked for, in ms since 1970. */
  at: number;
  state: RequestState;
  /** The state in a few words. */
  label: string;
  /** Why nobody works on it, while it is `waiting`. */
  wait: Wait | undefined;
  /** Undefined when the agent that it was about is gone. */
  agent: AgentRow | undefined;
  /** Undefined when it is bound to none. */
  executorName: string | undefined;
  /** What trying again is called; undefined when that is of no use, or another request has taken its place. */
  retryLabel: string | undefined;
};

export type RequestTables = {
  requests: readonly RequestRow[];
  agents: readonly AgentRow[];
  executors: readonly ExecutorRow[];
  runtimes: readonly RuntimeRow[];
};

/** Every request, newest first. */
export function makeRequestViews({ requests, agents, executors, runtimes }: RequestTables, now: Date): RequestView[] {
  const agentsById = new Map(agents.map((agent) => [viewId(agent), agent]));
  const names = new Map(executors.map((executor) => [executor.id, executorLabel(executor)]));
  const newest = newestRequests(requests);

  const views = requests.map((request): RequestView => {
    const agent = ownAgent(agentsById.get(viewId(request)), request);
    const shared = { request, executors, runtimes, now };
    const wait = waitOf({ ...shared, agent: agent ?? goneAgent(request) });
    const isLast = newest.get(viewId(request)) === request;
    const action = isLast && agent && request.status === "error" ? badgeOf({ ...shared, agent }).action : undefined;
    return {
      id: request.id,
      request,
      at: Date.parse(request.requested_at),
      ...stateOf(request, wait),
      wait,
      agent,
      executorName: request.executor_id === null ? undefined : (names.get(request.executor_id) ?? "Mac mini"),
      retryLabel: action?.kind === "retry" ? action.label : undefined,
    };
  });
  return views.sort((one, other) => other.at - one.at || (one.id < other.id ? -1 : 1));
}

/** A key may be used again: what is older than the agent was about another one. */
function ownAgent(agent: AgentRow | undefined, request: RequestRow): AgentRow | undefined {
  return agent && Date.parse(agent.created_at) <= Date.parse(request.requested_at) ? agent : undefined;
}

function goneAgent({ agent_key, agent_id_short, executor_id }: RequestRow) {
  return { agent_key, agent_id_short, executor_id, provisioned: false };
}

function stateOf(request: RequestRow, wait: Wait | undefined): Pick<RequestView, "state" | "label"> {
  if (wait !== undefined) return { state: "waiting", label: "Waiting for its Mac" };
  if (request.status === "queued") return { state: "queued", label: "Queued" };
  if (request.status === "done") return { state: "done", label: "Done" };
  if (request.status === "running") {
    const { position, states } = summarise(request, false);
    return { state: "running", label: `Running · step ${position} of ${states.length}` };
  }
  const { code } = readError(request.result);
  if (code === "cancelled") return { state: "cancelled", label: "Cancelled" };
  return { state: "failed", label: `Failed: ${reasonOf(code)}` };
}
