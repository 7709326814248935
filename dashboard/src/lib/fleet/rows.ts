import { z } from "zod";

/** The columns of `agents` that the pages read. */
export const agentRow = z.object({
  id: z.string(),
  project_id: z.string(),
  agent_key: z.string(),
  agent_id_short: z.string().nullable(),
  name: z.string(),
  role: z.string().nullable(),
  emoji: z.string().nullable(),
  color: z.string().nullable(),
  workspace_path: z.string().nullable(),
  provisioned: z.boolean(),
  executor_id: z.string().nullable(),
  created_at: z.string(),
});
export type AgentRow = z.infer<typeof agentRow>;

/** The columns of `agent_provision_requests` that the pages read. */
export const requestRow = z.object({
  id: z.string(),
  project_id: z.string(),
  agent_key: z.string(),
  agent_id_short: z.string().nullable(),
  kind: z.string(),
  status: z.string(),
  display_name: z.string(),
  emoji: z.string().nullable(),
  progress: z.unknown(),
  result: z.unknown(),
  requested_at: z.string(),
  picked_up_at: z.string().nullable(),
  completed_at: z.string().nullable(),
  cancel_requested_at: z.string().nullable(),
  writing_began_at: z.string().nullable(),
  attempts: z.number(),
  max_attempts: z.number(),
  run_after: z.string(),
  executor_id: z.string().nullable(),
  retry_of: z.string().nullable(),
  /** User id, anon, service_role or executor:<id>; null: from before. */
  requested_by: z.string().nullable(),
});
export type RequestRow = z.infer<typeof requestRow>;

export type ExecutorRow = {
  id: string;
  display_name: string;
  platform: string | null;
  /** Of the executor itself. */
  version: string | null;
  contract_version: number | null;
  openclaw_version: string | null;
  workspace_root: string | null;
  started_at: string;
  last_seen_at: string;
  counters: unknown;
  /** Null, or why it takes no requests; the badge reads it. */
  problem: unknown;
};

export type RuntimeRow = {
  executor_id: string;
  agents: unknown;
  published_at: string | null;
  /** When a list was asked for; answered once published_at is not before it. */
  requested_at: string | null;
};

export type ProjectRow = { id: string; name: string };

/** What the function answers to a creation. */
export const createdAnswer = z.object({ agent: agentRow, request: requestRow });
export type CreatedAnswer = z.infer<typeof createdAnswer>;
export const createdAnswers = z.object({ agents: z.array(createdAnswer) });

/** What the function answers to a retry or a cancellation. */
export const requestAnswer = z.object({ request: requestRow });
