/** Every code a person can meet, in an answer of the function or in `result.code`. Each has an entry in docs/errors.md. */
export const ERROR_CODES = [
  "invalid_request",
  "unauthorized",
  "forbidden",
  "not_found",
  "project_not_found",
  "executor_not_found",
  "agent_key_taken",
  "agent_id_taken",
  "agent_deleting",
  "agent_live",
  "not_retryable",
  "not_cancellable",
  "too_late",
  "request_open",
  "already_done",
  "last_owner",
  "no_owner",
  "unguarded",
  "idempotency_key_reused",
  "payload_too_large",
  "rate_limited",
  "internal",
  "invalid_row",
  "openclaw_missing",
  "openclaw_too_old",
  "openclaw_failed",
  "openclaw_unreadable",
  "openclaw_config_unreadable",
  "step_timeout",
  "not_in_runtime",
  "wrong_in_runtime",
  "still_in_runtime",
  "runtime_lost_agents",
  "workspace_taken",
  "workspace_elsewhere",
  "workspace_unsafe",
  "workspace_not_writable",
  "disk_full",
  "state_not_writable",
  "unsupported_kind",
  "lease_lost",
  "executor_held",
  "lease_expired",
  "expired",
  "cancelled",
] as const;

/** Those with which the database itself ends a request. The executor's own stand in executor/permanent-codes.ts. */
export const DATABASE_END_CODES = [
  // When it is claimed or completed: nothing is left to do, nothing can be done, or its row may not be changed.
  "not_found",
  "already_done",
  "agent_id_taken",
  "invalid_row",

  // Nobody works on it any more: after the last attempt, or for too long.
  "lease_expired",
  "expired",

  // Somebody called it off.
  "cancelled",
] as const satisfies readonly (typeof ERROR_CODES)[number][];
