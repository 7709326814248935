import type { QueryClient } from "@tanstack/react-query";

/** Puts rows that the function answered into the cache, except where a live update was faster. */
export function keepRows<Row extends { id: string }>(
  client: QueryClient,
  queryKey: readonly string[],
  answered: readonly Row[],
): void {
  client.setQueryData<Row[]>(queryKey, (rows = []) => {
    const known = new Set(rows.map(({ id }) => id));
    return [...rows, ...answered.filter(({ id }) => !known.has(id))];
  });
}
