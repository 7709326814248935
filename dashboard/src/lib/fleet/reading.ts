import type { UseQueryResult } from "@tanstack/react-query";

/** How the reading of what a page shows stands. */
export type Reading = {
  /** `error` only while there is nothing to show; with `isStale` the last data stands, and the last look failed. */
  status: "loading" | "error" | "ready";
  isStale: boolean;
  error: Error | null;
  /** When the data on show was read, in ms since 1970. */
  readAt: number;
  readAgain: () => void;
};

/** Of several queries as of one. */
export function readingOf(queries: readonly UseQueryResult<unknown>[]): Reading {
  const error = queries.find((query) => query.error !== null)?.error ?? null;
  const hasAll = queries.every((query) => query.data !== undefined);
  return {
    status: hasAll ? "ready" : error === null ? "loading" : "error",
    isStale: hasAll && error !== null,
    error,
    readAt: Math.min(...queries.map((query) => query.dataUpdatedAt)),
    readAgain: () => {
      for (const query of queries) void query.refetch();
    },
  };
}
