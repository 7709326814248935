import { idempotencyKey } from "../_shared/contract.ts";
import { Refusal } from "./refusal.ts";

/** Who asks for what: the same key from the same caller with the same command (lower-case hex SHA-256) gets the same answer. */
export type Asked = { requestedBy: string; key: string | null; commandSha256: string };

/** The Idempotency-Key (UUID) that a call carries, or null. Throws a Refusal (400) when it is something else. */
export function readIdempotencyKey(headers: Headers): string | null {
  const sent = headers.get("idempotency-key");
  if (sent === null) return null;
  const parsed = idempotencyKey.safeParse(sent);
  if (parsed.success) return parsed.data;
  throw new Refusal("An Idempotency-Key is a UUID", {
    status: 400,
    code: "invalid_request",
    field: "Idempotency-Key",
    cause: parsed.error,
  });
}

/** Lower-case hex SHA-256 of a parsed command: equal for commands that mean the same, however they were written. */
export async function hashCommand(command: unknown): Promise<string> {
  const bytes = new TextEncoder().encode(JSON.stringify(command));
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
