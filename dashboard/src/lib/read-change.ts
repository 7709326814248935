import type { Change, LiveRow } from "./live-tables.ts";

/** What Realtime sends for one changed row, as far as it matters here. */
export type ChangePayload = { eventType: "INSERT" | "UPDATE" | "DELETE"; new: LiveRow; old: LiveRow; errors: unknown };

/** A row too large for a message comes without its large columns, and with a word about it in `errors`. */
export function readChange({ eventType, new: after, old, errors }: ChangePayload): Change {
  const isComplete = !Array.isArray(errors) || errors.length === 0;
  switch (eventType) {
    case "INSERT":
      return { kind: "insert", row: after, isComplete };
    case "UPDATE":
      return { kind: "update", row: after, isComplete };
    case "DELETE":
      return { kind: "delete", row: old, isComplete: true };
  }
}
