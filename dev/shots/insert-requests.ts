import type { DoneResult, ErrorResult, RequestKind, RequestStep, StepProgress } from "#contract";
import { PROJECT_ID } from "../local/front-office.ts";
import { OWNER_EMAIL } from "../local/owner-account.ts";
import type { Query } from "./insert-agents.ts";

/** A request that has ended, of an agent that may be gone since. */
export type PastRequest = {
  /** Of the agent. */
  agentId: string;
  name: string;
  emoji: string;
  kind: RequestKind;
  minutesAgo: number;
  tookSeconds: number;
  result: DoneResult | ErrorResult;
  progress?: StepProgress[];
  attempts?: number;
  /** As the table has it; the owner of the local stack unless said. */
  requestedBy?: string;
  /** Both name a place in the list. */
  retryOf?: number;
};

/** Finished requests, beside those that the agents came with. An agent is as old as the first request for it. */
export async function insertRequests(query: Query, requests: readonly PastRequest[]): Promise<void> {
  const [owner] = await query("select id from auth.users where email = $1", [OWNER_EMAIL]);
  const ids = requests.map(() => crypto.randomUUID());
  const rows = requests.map((request, index) => {
    const asked = Date.now() - request.minutesAgo * 60_000;
    const at = (seconds: number) => new Date(asked + seconds * 1000).toISOString();
    return {
      id: ids[index],
      project_id: PROJECT_ID,
      agent_key: `agent:${request.agentId}:main`,
      agent_id_short: request.agentId,
      display_name: request.name,
      emoji: request.emoji,
      kind: request.kind,
      status: "code" in request.result ? "error" : "done",
      executor_id: "mini",
      progress: request.progress ?? [],
      result: request.result,
      attempts: request.attempts ?? 1,
      requested_at: at(0),
      picked_up_at: at(1.2),
      completed_at: at(1.2 + request.tookSeconds),
      requested_by: request.requestedBy ?? owner?.["id"],
      retry_of: request.retryOf === undefined ? null : ids[request.retryOf],
    };
  });
  await query(
    `insert into public.agent_provision_requests (
       id, project_id, agent_key, agent_id_short, display_name, emoji, role_short, kind, status, executor_id, progress,
       result, attempts, requested_at, picked_up_at, completed_at, requested_by, retry_of
     )
     select id, project_id, agent_key, agent_id_short, display_name, emoji, '', kind, status, executor_id, progress,
       result, attempts, requested_at, picked_up_at, completed_at, requested_by, retry_of
     from jsonb_populate_recordset(null::public.agent_provision_requests, $1)`,
    [JSON.stringify(rows)],
  );
  await query(
    `update public.agents as a set created_at = least(a.created_at, first.asked)
     from (select agent_key, min(requested_at) as asked from public.agent_provision_requests group by agent_key) as first
     where first.agent_key = a.agent_key`,
  );
}

const done = (agentId: string, steps: RequestStep[], more: Partial<DoneResult> = {}): DoneResult => ({
  agentId,
  workspaceDir: `/Users/mini/.openclaw/workspace-${agentId}`,
  openclawVersion: "2026.9.6",
  steps: steps.map((step, index) => ({ step, ms: 900 + index * 1400 })),
  ...more,
});

const behind = ({ steps }: DoneResult): StepProgress[] => steps.map((entry) => ({ ...entry, state: "done" }));

function ended(request: Omit<PastRequest, "result" | "tookSeconds">, result: DoneResult): PastRequest {
  return { ...request, result, progress: behind(result), tookSeconds: result.steps.length * 2.3 };
}

const RICKY = { agentId: "ricky", name: "Ricky", emoji: "🦊" };
const VEGA = { agentId: "vega", name: "Vega", emoji: "🌠" };
const QUILL = { agentId: "quill", name: "Quill", emoji: "🪶" };
const FAILURE: ErrorResult = {
  code: "workspace_elsewhere",
  message: "OpenClaw's agent vega has the workspace ~/agents/vega, not ~/.openclaw/workspace-vega",
  hint: "Move the folder there and tell OpenClaw so, or leave the agent to OpenClaw alone",
  step: "workspace",
  attempts: 1,
};
const IDENTITY_STEPS: RequestStep[] = ["workspace", "identity", "verify"];
const REMOVAL_STEPS: RequestStep[] = ["workspace", "remove", "verify"];

/** One of every kind and end, and an agent that came, was tried to be removed twice, and is gone. */
export const PAST_REQUESTS: readonly PastRequest[] = [
  ended({ ...RICKY, kind: "set_identity", minutesAgo: 55 }, done("ricky", IDENTITY_STEPS)),
  ended(
    { ...VEGA, kind: "deprovision", minutesAgo: 70, retryOf: 2 },
    done("vega", REMOVAL_STEPS, { workspace: "trashed" }),
  ),
  {
    ...{ ...VEGA, kind: "deprovision", minutesAgo: 80, tookSeconds: 1.4, result: FAILURE, retryOf: 3 },
    progress: [{ step: "workspace", state: "error", ms: 1200 }],
  },
  {
    ...{ ...VEGA, kind: "deprovision", minutesAgo: 95, tookSeconds: 64, attempts: 3, requestedBy: "service_role" },
    progress: [
      { step: "workspace", state: "done", ms: 1100 },
      { step: "remove", state: "error", ms: 60_000 },
    ],
    result: {
      code: "step_timeout",
      message: "openclaw agents delete did not end within 180 s",
      hint: "Look whether OpenClaw's gateway answers, then retry",
      step: "remove",
      attempts: 3,
    },
  },
  ended(
    { ...VEGA, kind: "provision", minutesAgo: 60 * 30, requestedBy: "anon" },
    done("vega", ["workspace", "add", "identity", "verify"]),
  ),
  {
    ...{ ...QUILL, kind: "adopt", minutesAgo: 60 * 5, tookSeconds: 2.1, requestedBy: "executor:mini" },
    progress: [{ step: "workspace", state: "error", ms: 2100 }],
    result: {
      code: "openclaw_failed",
      message: "openclaw agents list ended with code 1",
      hint: "Look at OpenClaw's log on the Mac mini",
      step: "workspace",
      attempts: 1,
    },
  },
];

/** Many that are done, of agents that are gone. */
export function makePastRequests(count: number): PastRequest[] {
  return Array.from({ length: count }, (_, index) => {
    const agentId = `past-${index % 200}`;
    const one = { agentId, name: `Agent ${index % 200}`, emoji: "🤖", minutesAgo: 60 + index * 13 };
    if (index % 17 === 0) return { ...one, kind: "deprovision", tookSeconds: 3, result: FAILURE };
    return ended({ ...one, kind: "set_identity" }, done(agentId, IDENTITY_STEPS));
  });
}
