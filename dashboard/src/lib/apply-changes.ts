import type { Change, LiveRow } from "./live-tables.ts";

/**
 * The rows after the changes, in their order. Rows that did not change stay the same objects, and so does the list when
 * nothing did. `isStale` says that a change could not be applied whole: the list must be fetched again.
 */
export function applyChanges(
  rows: readonly LiveRow[],
  changes: readonly Change[],
  key: string,
): { rows: readonly LiveRow[]; isStale: boolean } {
  const byKey = new Map(rows.map((row) => [row[key], row]));
  let isStale = false;
  let isChanged = false;
  for (const { kind, row, isComplete } of changes) {
    const id = row[key];
    const present = byKey.get(id);
    isStale ||= id === undefined || !isComplete;
    if (id === undefined) continue;
    if (kind === "delete") {
      isChanged = byKey.delete(id) || isChanged;
    } else if (present === undefined) {
      // An update may leave out large columns, so that it cannot stand for a row we never saw.
      if (kind === "update" || !isComplete) isStale = true;
      else isChanged = true;
      if (kind === "insert" && isComplete) byKey.set(id, row);
    } else if (Object.entries(row).some(([column, value]) => !isSame(present[column], value))) {
      byKey.set(id, { ...present, ...row });
      isChanged = true;
    }
  }
  return { rows: isChanged ? [...byKey.values()] : rows, isStale };
}

/** Jsonb comes anew with each event. */
function isSame(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  return typeof one === "object" && typeof other === "object" && JSON.stringify(one) === JSON.stringify(other);
}
