import type { AgentRow, ExecutorRow, RequestRow, RuntimeRow } from "./rows.ts";

const AT = "2026-03-01T12:00:00Z";

/** Rows for tests: Ricky was asked for at noon, and the Mac mini was seen then. */
export function exampleAgent(more: Partial<AgentRow> = {}): AgentRow {
  return {
    id: "1",
    project_id: "front-office",
    agent_key: "agent:ricky:main",
    agent_id_short: "ricky",
    name: "Ricky",
    role: "answers the phone",
    emoji: "🦊",
    color: null,
    workspace_path: null,
    provisioned: false,
    executor_id: "mini",
    created_at: AT,
    ...more,
  };
}

export function exampleRequest(more: Partial<RequestRow> = {}): RequestRow {
  const { requested_at = AT } = more;
  return {
    id: "9b0c3f1e-2d5a-4b6c-8f7e-1a2b3c4d5e6f",
    project_id: "front-office",
    agent_key: "agent:ricky:main",
    agent_id_short: "ricky",
    kind: "provision",
    status: "queued",
    display_name: "Ricky",
    emoji: "🦊",
    progress: [],
    result: null,
    requested_at,
    picked_up_at: null,
    completed_at: null,
    cancel_requested_at: null,
    writing_began_at: null,
    attempts: 0,
    max_attempts: 3,
    run_after: requested_at,
    executor_id: "mini",
    retry_of: null,
    requested_by: null,
    ...more,
  };
}

export function exampleExecutor(more: Partial<ExecutorRow> = {}): ExecutorRow {
  return {
    id: "mini",
    display_name: "Mac mini",
    platform: null,
    version: null,
    contract_version: null,
    openclaw_version: null,
    workspace_root: null,
    started_at: AT,
    last_seen_at: AT,
    counters: {},
    problem: null,
    ...more,
  };
}

export function exampleRuntime(more: Partial<RuntimeRow> = {}): RuntimeRow {
  return { executor_id: "mini", agents: [], published_at: AT, requested_at: null, ...more };
}
