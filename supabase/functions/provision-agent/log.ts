import type { Refusal } from "./refusal.ts";

/** One line of JSON. `about` must hold no credential. */
export function logEvent(level: "info" | "error", event: string, about: Record<string, unknown>): void {
  const line = JSON.stringify({ time: new Date().toISOString(), level, event, ...about });
  if (level === "error") console.error(line);
  else console.log(line);
}

/** What the caller was told and, when the fault is ours, why. */
export function logRefusal(refusal: Refusal, method: string, path: string): void {
  const { status, code, message, field, cause } = refusal;
  // A SyntaxError quotes the body, and what somebody sent is not for the log.
  const why = cause instanceof Error && !(cause instanceof SyntaxError) ? cause.message : undefined;
  if (status < 500) logEvent("info", "refused", { method, path, status, code, message, field, why });
  else logEvent("error", "failed", { method, path, status, code, cause: describeCause(cause) });
}

/** An error with everything it was caused by, as plain data. */
export function describeCause(cause: unknown): unknown {
  if (!(cause instanceof Error)) return cause;
  const { name, message, stack, cause: deeper, ...fields } = cause;
  return { name, message, ...fields, stack, ...(deeper !== undefined && { cause: describeCause(deeper) }) };
}
