import { notifyManager, type QueryClient, skipToken, useQuery } from "@tanstack/react-query";
import { keepRows } from "../../lib/fleet/keep-rows.ts";
import type { AgentRow, CreatedAnswer, RequestRow } from "../../lib/fleet/rows.ts";
import { viewId } from "../../lib/fleet/view-id.ts";
import { tables } from "../../lib/live-tables.ts";
import type { AgentTables } from "./agent-views.ts";

/** Rows as the function will most likely make them, shown until it has answered. */
export type PendingCreation = { agent: AgentRow; request: RequestRow };

export const PENDING_KEY = ["pending-creations"];
const NONE: readonly PendingCreation[] = [];

/**
 * Runs a creation of one or many whose rows are shown meanwhile. They stand in a query of their own, so that a refetch of the agents does
 * not wipe them. Throws what `create` throws, with nothing left behind.
 */
export async function withPending(
  client: QueryClient,
  pending: readonly PendingCreation[],
  create: () => Promise<readonly CreatedAnswer[]>,
): Promise<void> {
  const change = (next: (all: readonly PendingCreation[]) => readonly PendingCreation[]) =>
    client.setQueryData<readonly PendingCreation[]>(PENDING_KEY, (all) => next(all ?? NONE));
  const forget = () => change((all) => all.filter((one) => !pending.includes(one)));

  change((all) => [...all, ...pending]);
  try {
    const answers = await create();
    // Together, or the cards would be gone for a frame.
    notifyManager.batch(() => {
      keepRows(
        client,
        tables.requests.queryKey,
        answers.map(({ request }) => request),
      );
      keepRows(
        client,
        tables.agents.queryKey,
        answers.map(({ agent }) => agent),
      );
      forget();
    });
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
