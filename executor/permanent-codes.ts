import type { ErrorCode } from "#contract";

/**
 * Every code that may end a request at once: trying again would fail in the same way until a person changed something.
 * Whatever is not in here is tried again, with backoff, while attempts are left.
 */
export const PERMANENT_CODES = [
  // The row, which says the same at each attempt.
  "invalid_row",
  "unsupported_kind",

  // The Mac mini is not set up for it: only when the file may not be read. What would stop every other request as well holds
  // the claims instead (machine-codes.ts), and everything else about the CLI may pass.
  "openclaw_config_unreadable",

  // Somebody else's agent or file is in the way, or OpenClaw's default agent would have to go. workspace_not_writable only
  // when writing is forbidden: a disk that is full or away may come back.
  "agent_id_taken",
  "forbidden",
  "workspace_taken",
  "workspace_elsewhere",
  "workspace_missing",
  "workspace_unsafe",
  "workspace_not_writable",

  // OpenClaw says one thing and does another: to ask again could do harm. runtime_lost_agents only for the request whose
  // write may be to blame; the others wait until the agents are back.
  "not_in_runtime",
  "wrong_in_runtime",
  "runtime_lost_agents",
] as const satisfies readonly ErrorCode[];

export type PermanentCode = (typeof PERMANENT_CODES)[number];
