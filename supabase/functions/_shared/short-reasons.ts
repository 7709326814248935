import type { ErrorCode } from "./contract.ts";

/**
 * Why a request failed, in as few words as fit behind "Failed:", or why an executor takes none. The whole sentence stands in
 * the request's result, or in the executor's problem.
 */
export const SHORT_REASONS: Partial<Record<string, string>> = {
  not_found: "agent is gone",
  agent_id_taken: "id is taken",
  internal: "unexpected error",
  invalid_row: "not a valid agent",
  openclaw_missing: "OpenClaw cannot be started",
  openclaw_too_old: "OpenClaw is too old",
  openclaw_failed: "OpenClaw refused",
  openclaw_unreadable: "OpenClaw not understood",
  openclaw_config_unreadable: "OpenClaw's config not readable",
  step_timeout: "took too long",
  not_in_runtime: "not listed by OpenClaw",
  wrong_in_runtime: "listed differently by OpenClaw",
  still_in_runtime: "still listed by OpenClaw",
  runtime_lost_agents: "OpenClaw lost agents",
  workspace_taken: "folder is taken",
  workspace_elsewhere: "folder is elsewhere",
  workspace_unsafe: "folder is not safe to write",
  workspace_not_writable: "folder is not writable",
  disk_full: "disk is full",
  state_not_writable: "executor's folder not writable",
  processes_unreadable: "running processes not seen",
  unsupported_kind: "executor is too old",
  lease_expired: "executor broke off",
  expired: "no Mac took it in time",
} satisfies Partial<Record<ErrorCode, string>>;
