import { type Badge, type BadgeFacts, badgeOf } from "#badge";
import { executorLabel } from "../../lib/fleet/executor-label.ts";
import { newestRequests } from "../../lib/fleet/newest-requests.ts";
import type { AgentRow, ExecutorRow, RequestRow, RuntimeRow } from "../../lib/fleet/rows.ts";
import { viewId } from "../../lib/fleet/view-id.ts";

/** An agent as a page shows it. `id` is the same from the click that made it on. */
export type AgentView = {
  id: string;
  agent: AgentRow;
  /** The newest request of any kind. */
  request: RequestRow | null;
  badge: Badge;
  executorName: string | null;
  /** The answer to its creation is still on its way. */
  isPending: boolean;
};

export type AgentTables = {
  agents: readonly AgentRow[];
  requests: readonly RequestRow[];
  executors: readonly ExecutorRow[];
  runtimes: readonly RuntimeRow[];
};

/**
 * Makes views of rows. A view whose rows are the same objects as last time is the same object as last time, so that one
 * changed request among hundreds redraws one card.
 */
export function createViewMaker(): (tables: AgentTables, now: Date, pending?: ReadonlySet<string>) => AgentView[] {
  let made = new Map<string, { facts: BadgeFacts; view: AgentView }>();

  return ({ agents, requests, executors, runtimes }, now, pending = new Set()) => {
    const newest = newestRequests(requests);
    const names = new Map(executors.map((executor) => [executor.id, executorLabel(executor)]));
    const next: typeof made = new Map();
    for (const agent of agents) {
      const id = viewId(agent);
      const facts: BadgeFacts = { agent, request: newest.get(id) ?? null, executors, runtimes, now };
      const isPending = pending.has(id);
      const last = made.get(id);
      const isSame = last && isPending === last.view.isPending && sameFacts(last.facts, facts);
      const view = isSame
        ? last.view
        : keepEqual(last?.view, {
            id,
            agent,
            request: newest.get(id) ?? null,
            badge: badgeOf(facts),
            executorName: agent.executor_id === null ? null : (names.get(agent.executor_id) ?? "Mac mini"),
            isPending,
          });
      next.set(id, { facts, view });
    }
    made = next;
    return [...next.values()].map(({ view }) => view);
  };
}

function sameFacts(one: BadgeFacts, other: BadgeFacts): boolean {
  return (
    one.agent === other.agent &&
    one.request === other.request &&
    one.executors === other.executors &&
    one.runtimes === other.runtimes &&
    one.now.getTime() === other.now.getTime()
  );
}

/** A heartbeat or a tick of the clock changes the facts of every agent, and the words of almost none. */
function keepEqual(last: AgentView | undefined, view: AgentView): AgentView {
  const isEqual =
    last !== undefined &&
    last.agent === view.agent &&
    last.request === view.request &&
    last.isPending === view.isPending &&
    last.executorName === view.executorName &&
    JSON.stringify(last.badge) === JSON.stringify(view.badge);
  return isEqual ? last : view;
}
