import type { QueryClient } from "@tanstack/react-query";
import { applyChanges } from "./apply-changes.ts";
import { type Change, LIVE_TABLE_NAMES, type LiveRow, type LiveTableName, tables } from "./live-tables.ts";

/** How long refetches of one table are gathered. */
const STALE_MS = 300;

export type ChangeQueue = {
  add: (name: LiveTableName, change: Change) => void;
  stop: () => void;
};

type Options = {
  /** Runs what it is given soon, and once: at the next frame. */
  schedule: (apply: () => void) => void;
};

/** Applies changes to the cache, all that came within a frame at once. */
export function createChangeQueue(queryClient: QueryClient, { schedule }: Options): ChangeQueue {
  const waiting = new Map<LiveTableName, Change[]>();
  /** What was applied while a fetch was under way: its answer may be older, and would undo it. */
  const duringFetch = new Map<LiveTableName, Change[]>();
  const stale = new Set<LiveTableName>();
  let staleTimer: ReturnType<typeof setTimeout> | undefined;

  const refetchStale = () => {
    staleTimer = undefined;
    for (const name of stale) void queryClient.invalidateQueries({ queryKey: tables[name].queryKey, exact: true });
    stale.clear();
  };

  const apply = (name: LiveTableName, changes: readonly Change[]) => {
    const { queryKey, key } = tables[name];
    const rows: unknown = queryClient.getQueryData(queryKey);
    if (!isRows(rows)) return;
    const applied = applyChanges(rows, changes, key);
    if (applied.rows !== rows) {
      // A patch is no fetch: the data is as old as it was.
      const updatedAt = queryClient.getQueryState(queryKey)?.dataUpdatedAt ?? Date.now();
      queryClient.setQueryData(queryKey, applied.rows, { updatedAt });
    }
    if (!applied.isStale) return;
    stale.add(name);
    staleTimer ??= setTimeout(refetchStale, STALE_MS);
  };

  const flush = () => {
    for (const [name, changes] of waiting) {
      apply(name, changes);
      if (queryClient.getQueryState(tables[name].queryKey)?.fetchStatus === "fetching") {
        duringFetch.set(name, [...(duringFetch.get(name) ?? []), ...changes]);
      }
    }
    waiting.clear();
  };

  const unsubscribe = queryClient.getQueryCache().subscribe((event) => {
    if (event.type !== "updated" || duringFetch.size === 0) return;
    const { type } = event.action;
    const isAnswer = (type === "success" && event.action.manual !== true) || type === "error";
    const name = LIVE_TABLE_NAMES.find((candidate) => tables[candidate].queryKey[0] === event.query.queryKey[0]);
    if (!isAnswer || name === undefined) return;
    const changes = duringFetch.get(name);
    duringFetch.delete(name);
    if (changes !== undefined) apply(name, changes);
  });

  return {
    add: (name, change) => {
      if (waiting.size === 0) schedule(flush);
      waiting.set(name, [...(waiting.get(name) ?? []), change]);
    },
    stop: () => {
      unsubscribe();
      clearTimeout(staleTimer);
      waiting.clear();
    },
  };
}

function isRows(data: unknown): data is readonly LiveRow[] {
  return Array.isArray(data) && data.every((row) => typeof row === "object" && row !== null);
}
