import type {
  DoctorFinding,
  DoneResult,
  ErrorCode,
  ErrorResult,
  RequestKind,
  RuntimeAgent,
  StepProgress,
} from "#contract";
import { PROJECT_ID } from "../local/front-office.ts";
import { OWNER_EMAIL } from "../local/owner-account.ts";

/** Runs one statement as the superuser and answers its rows. */
export type Query = (sql: string, values?: unknown[]) => Promise<Record<string, unknown>[]>;

/** A machine as its heartbeat left it. */
export type Machine = {
  id: string;
  name: string;
  lastSeenMinutesAgo: number;
  problem?: { code: ErrorCode; message: string; hint: string };
  /** What OpenClaw lists there beside the members. */
  strangers?: readonly RuntimeAgent[];
  /** A new list was asked for that is still to come. */
  isAskedForList?: boolean;
  /** What its doctor found, 12 minutes before it was seen last; it has not looked unless said. */
  findings?: readonly DoctorFinding[];
};

/** A request as the executor and the function would have left it. */
export type MemberRequest = {
  /** A provision unless said. */
  kind?: RequestKind;
  status: "queued" | "running" | "done" | "error";
  minutesAgo: number;
  progress?: StepProgress[];
  result?: DoneResult | ErrorResult;
  attempts?: number;
  isAskedToStop?: boolean;
};

/** An agent and its requests. */
export type Member = {
  id: string;
  name: string;
  emoji: string;
  role: string;
  machine: string | null;
  provisioned?: boolean;
  /** OpenClaw on its machine lists it. */
  listed?: boolean;
  /** What OpenClaw calls it, when that is not its name. */
  listedName?: string;
  request?: MemberRequest;
  /** What was asked for it before that. */
  earlier?: readonly MemberRequest[];
  /** Its requests are all that is left of it. */
  isGone?: boolean;
};

export type Access = { mode: "open" | "members"; role?: "viewer" | "operator" | "owner" };

/** No agents, no requests, no executors. */
export async function clearAgents(query: Query): Promise<void> {
  await query(
    `truncate public.agents, public.agent_status, public.agent_provision_requests, public.brain_docs,
       public.brain_doc_versions, public.activities, public.executors, public.executor_runtime cascade`,
  );
}

export async function insertMachines(query: Query, machines: readonly Machine[]): Promise<void> {
  await query(
    `insert into public.executors (
       id, display_name, platform, version, contract_version, openclaw_version, workspace_root, instance_id, last_seen_at,
       started_at, counters, problem
     )
     select m ->> 'id', m ->> 'name', 'darwin-arm64', '0.1.0', 1, '2026.9.6', '/Users/mini/.openclaw', gen_random_uuid(),
       now() - (m ->> 'lastSeenMinutesAgo')::float * interval '1 minute', now() - interval '29 hours', $2, m -> 'problem'
     from jsonb_array_elements($1) as m`,
    [JSON.stringify(machines), JSON.stringify(COUNTERS)],
  );
  await query(
    `insert into public.executor_runtime (executor_id, agents, published_at, requested_at)
     select e.id, coalesce(m -> 'strangers', '[]'), e.last_seen_at, case when (m ->> 'isAskedForList')::boolean then now() end
     from jsonb_array_elements($1) as m join public.executors as e on e.id = m ->> 'id'`,
    [JSON.stringify(machines)],
  );
  await query(
    `insert into private.executor_reports (executor_id, reported_at, findings)
     select e.id, e.last_seen_at - interval '12 minutes', m -> 'findings'
     from jsonb_array_elements($1) as m join public.executors as e on e.id = m ->> 'id' where m ? 'findings'`,
    [JSON.stringify(machines)],
  );
}

const COUNTERS = {
  claimed: 48,
  done: 44,
  failed: 3,
  released: 1,
  cancelled: 1,
  retried: 2,
  lostLeases: 0,
  rebuilds: 4,
};

/** The machines must be there. */
export async function insertAgents(query: Query, members: readonly Member[]): Promise<void> {
  const given = [JSON.stringify(members)];
  await query(
    `insert into public.agents (
       project_id, agent_key, agent_id_short, name, emoji, role, executor_id, provisioned, workspace_path, created_at
     )
     select '${PROJECT_ID}', 'agent:' || (m ->> 'id') || ':main', m ->> 'id', m ->> 'name', m ->> 'emoji', m ->> 'role',
       m ->> 'machine', coalesce((m ->> 'provisioned')::boolean, false),
       '/Users/mini/.openclaw/workspace-' || (m ->> 'id'), now() - n * interval '7 hours'
     from jsonb_array_elements($1) with ordinality as listed (m, n)
     where m -> 'isGone' is null`,
    given,
  );
  await query(
    `insert into public.agent_provision_requests (
       project_id, agent_key, agent_id_short, display_name, emoji, role_short, executor_id, kind, status, progress, result,
       attempts, requested_at, picked_up_at, completed_at, cancel_requested_at, writing_began_at
     )
     select '${PROJECT_ID}', 'agent:' || (m ->> 'id') || ':main', m ->> 'id', m ->> 'name', m ->> 'emoji', m ->> 'role',
       m ->> 'machine', coalesce(r ->> 'kind', 'provision'), case r ->> 'status' when 'running' then 'queued' else r ->> 'status' end,
       coalesce(r -> 'progress', '[]'), r -> 'result', coalesce((r ->> 'attempts')::int, 0), asked,
       case when (r ->> 'attempts')::int > 0 then asked + interval '2 seconds' end,
       case when r ->> 'status' in ('done', 'error') then asked + interval '9 seconds' end,
       case when (r ->> 'isAskedToStop')::boolean then asked + interval '4 seconds' end,
       case when private.has_begun_writing(coalesce(r -> 'progress', '[]')) then asked + interval '3 seconds' end
     from jsonb_array_elements($1) as m,
       jsonb_array_elements(coalesce(m -> 'earlier', '[]') || coalesce(m -> 'request', '[]')) as r,
       lateral (select now() - (r ->> 'minutesAgo')::float * interval '1 minute') as times (asked)`,
    given,
  );
  await startRequests(
    query,
    members.filter(({ request }) => request?.status === "running").map(({ id }) => id),
  );
  await insertActivities(query);
  await query(
    `with listed as (
       select m ->> 'machine' as executor_id, jsonb_agg(jsonb_build_object(
         'id', m ->> 'id', 'name', coalesce(m ->> 'listedName', m ->> 'name'), 'emoji', m ->> 'emoji', 'isDefault', false,
         'workspace', '/Users/mini/.openclaw/workspace-' || (m ->> 'id')
       )) as agents
       from jsonb_array_elements($1) as m where (m ->> 'listed')::boolean group by 1
     )
     update public.executor_runtime as x set agents = x.agents || listed.agents
     from listed where listed.executor_id = x.executor_id`,
    given,
  );
}

/** What was written down about the requests, at the times that they name, as the owner of the local stack made them. */
async function insertActivities(query: Query): Promise<void> {
  await query("truncate public.activities");
  await query(
    `insert into public.activities (project_id, type, message, actor_agent_key, requested_by, created_at)
     select r.project_id, e.type, e.message, r.agent_key, case when e.by_person then u.id::text end, e.at
     from public.agent_provision_requests as r
     left join auth.users as u on u.email = $1
     cross join lateral (select case r.kind
       when 'deprovision' then 'Removing' when 'set_identity' then 'Renaming' when 'adopt' then 'Taking over'
       else 'Setting up'
     end || ' ' || r.display_name) as words (what)
     cross join lateral (values
       ('agent_requested', what || ' was asked for', true, r.requested_at),
       ('agent_provisioned', format('%s is live', r.display_name), false,
         case when r.status = 'done' and r.kind = 'provision' then r.completed_at end),
       ('request_cancelled', what || ' was cancelled', true,
         case when r.result ->> 'code' = 'cancelled' then r.completed_at end),
       ('request_failed', format('%s failed: %s', what, r.result ->> 'message'), false,
         case when r.status = 'error' and r.result ->> 'code' <> 'cancelled' then r.completed_at end)
     ) as e (type, message, by_person, at)
     where e.at is not null`,
    [OWNER_EMAIL],
  );
}

/** What the owner of the local stack is in the project, and whether that matters. */
export async function setAccess(query: Query, { mode, role }: Access): Promise<void> {
  await query("delete from public.project_members");
  await query(
    `insert into public.project_members (project_id, user_id, role)
     select $1, u.id, $3 from auth.users as u where u.email = $2 and $3::text is not null`,
    [PROJECT_ID, OWNER_EMAIL, role ?? null],
  );
  await query("update private.settings set value = to_jsonb($1::text) where key = 'access_mode'", [mode]);
}

/** As if an executor had claimed the queued requests of these agents. */
export async function startRequests(query: Query, ids: readonly string[]): Promise<void> {
  const queued = "agent_id_short = any($1) and status = 'queued'";
  await query(
    `insert into private.request_leases (
       request_id, executor_id, instance_id, claim_token, lease_expires_at, bound_by_claim
     )
     select id, executor_id, gen_random_uuid(), gen_random_uuid(), now() + interval '10 minutes', false
     from public.agent_provision_requests where ${queued}`,
    [ids],
  );
  await query(
    `update public.agent_provision_requests
     set status = 'running', picked_up_at = coalesce(picked_up_at, now()), attempts = greatest(attempts, 1) where ${queued}`,
    [ids],
  );
}
