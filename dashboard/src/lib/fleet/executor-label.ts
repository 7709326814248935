import type { ExecutorRow } from "./rows.ts";

/** What people call an executor. One that was given no name reports its id, which nobody knows their machine by. */
export function executorLabel({ id, display_name }: Pick<ExecutorRow, "id" | "display_name">): string {
  return display_name === id ? "Mac mini" : display_name;
}
