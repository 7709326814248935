import { notifyManager, type QueryClient, skipToken, useQuery } from "@tanstack/react-query";
import { tables } from "../../lib/live-tables.ts";
import { type AgentTables, viewId } from "./agent-views.ts";
import { keepRow } from "./keep-row.ts";
import type { AgentRow, CreatedAnswer, RequestRow } from "./rows.ts";

/** Rows as the function will most likely make them, shown until it has answered. */
export type PendingCreation = { agent: AgentRow; request: RequestRow };

export const PENDING_KEY = ["pending-creations"];
const NONE: readonly PendingCreation[] = [];

/**
 * Runs a creation whose rows are shown meanwhile. They stand in a query of their own, so that a refetch of the agents does
 * not wipe them. Throws what `create` throws, with nothing left behind.
 */
export async function withPending(
  client: QueryClient,
  pending: PendingCreation,
  create: () => Promise<CreatedAnswer>,
): Promise<CreatedAnswer> {
  const change = (next: (all: readonly PendingCreation[]) => readonly PendingCreation[]) =>
    client.setQueryData<readonly PendingCreation[]>(PENDING_KEY, (all) => next(all ?? NONE));
  const forget = () => change((all) => all.filter((one) => one !== pending));

  change((all) => [...all, pending]);
  try {
    const answer = await create();
    // Together, or the card would be gone for a frame.
    notifyManager.batch(() => {
      keepRow(client, tables.requests.queryKey, answer.request);
      keepRow(client, tables.agents.queryKey, answer.agent);
      forget();
    });
    return answer;
  } catch (error) {
    forget();
    throw error;
  }
}

export function usePendingCreations(): readonly PendingCreation[] {
  const { data } = useQuery<readonly PendingCreation[]>({
    queryKey: PENDING_KEY,
    queryFn: skipToken,
    initialData: NONE,
    gcTime: Number.POSITIVE_INFINITY,
  });
  return data ?? NONE;
}

/** The tables with what is pending in them, except where the real row is already there; and the views that are pending. */
export function addPending(
  read: AgentTables,
  pending: readonly PendingCreation[],
): { tables: AgentTables; ids: ReadonlySet<string> } {
  if (pending.length === 0) return { tables: read, ids: new Set() };
  const known = new Set(read.agents.map(viewId));
  const shown = pending.filter(({ agent }) => !known.has(viewId(agent)));
  return {
    tables: {
      ...read,
      agents: [...read.agents, ...shown.map(({ agent }) => agent)],
      requests: [...read.requests, ...shown.map(({ request }) => request)],
    },
    ids: new Set(shown.map(({ agent }) => viewId(agent))),
  };
}
