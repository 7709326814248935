import { executorLabel } from "./executor-label.ts";
import type { ExecutorRow } from "./rows.ts";

/** Who did it, for whoever looks: by themselves "You". Undefined when the row does not say. */
export function actorOf(
  requestedBy: string | null,
  { userId, executors }: { userId: string | undefined; executors: readonly ExecutorRow[] },
): string | undefined {
  if (requestedBy === null) return undefined;
  if (requestedBy === userId) return "You";
  if (requestedBy === "anon") return "Somebody not signed in";
  if (requestedBy === "service_role") return "Somebody with the service key";
  if (!isUserId(requestedBy) && !requestedBy.includes(":")) return "Somebody at the database";
  const [kind, id] = requestedBy.split(":");
  if (kind === "executor") {
    const executor = executors.find((one) => one.id === id);
    return executor === undefined ? "An executor" : executorLabel(executor);
  }
  // Whose address it is the page cannot know; the first part tells one from another.
  return `Member ${requestedBy.slice(0, 8)}`;
}

const isUserId = (text: string) => /^[\da-f]{8}-[\da-f-]{27}$/i.test(text);
