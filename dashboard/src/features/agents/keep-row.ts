import type { QueryClient } from "@tanstack/react-query";

/** Puts a row that the function answered into the cache, unless a live update was faster. */
export function keepRow<Row extends { id: string }>(client: QueryClient, queryKey: readonly string[], row: Row): void {
  client.setQueryData<Row[]>(queryKey, (rows = []) => (rows.some(({ id }) => id === row.id) ? rows : [...rows, row]));
}
