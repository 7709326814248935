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

/** Puts what the function made of an open request in its place, except where a live update has already ended it. */
export function replaceOpenRow<Row extends { id: string; status: string }>(
  client: QueryClient,
  queryKey: readonly string[],
  answered: Row,
): void {
  const isOld = ({ id, status }: Row) => id === answered.id && status !== "done" && status !== "error";
  client.setQueryData<Row[]>(queryKey, (rows = []) => rows.map((row) => (isOld(row) ? answered : row)));
}
