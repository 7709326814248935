-- Requests: the queue. One row is one piece of work for one agent; at most one of them is open at a time.

-- A user's database may hold the plan's bare table, with rows in it.
create table if not exists public.agent_provision_requests (
  id uuid primary key default gen_random_uuid(),
  project_id text not null,
  agent_key text not null,
  agent_id_short text,
  display_name text not null,
  emoji text,
  role_short text,
  status text not null default 'queued',
  result jsonb,
  requested_at timestamptz not null default now(),
  picked_up_at timestamptz,
  completed_at timestamptz
);

alter table public.agent_provision_requests
add column kind text not null default 'provision',
add column executor_id text,
add column attempts int not null default 0,
add column max_attempts int not null default 3,
add column run_after timestamptz not null default now(),
add column progress jsonb not null default '[]',
add column cancel_requested_at timestamptz,
add column retry_of uuid,
add column requested_by text;

-- Legacy open requests have waited for a worker that is gone; they must not suddenly run.
update public.agent_provision_requests
set status = 'error',
  completed_at = now(),
  result = jsonb_build_object(
    'code', 'expired',
    'message', 'This request was made for an earlier system and was never picked up',
    'hint', 'Retry it if you still want the agent',
    'attempts', 0
  )
where status not in ('done', 'error') and completed_at is null;

-- NOT VALID: finished legacy rows stay as they are.
alter table public.agent_provision_requests
add constraint agent_provision_requests_status_check
check (status in ('queued', 'running', 'done', 'error')) not valid,
add constraint agent_provision_requests_kind_check
check (kind in ('provision', 'set_identity', 'deprovision')) not valid,
add constraint agent_provision_requests_agent_id_short_check
check (private.is_agent_id(agent_id_short)) not valid,
add constraint agent_provision_requests_agent_key_check check (
  char_length(agent_key) <= 200 and agent_key ~ '^agent:[^:]+:[A-Za-z0-9][A-Za-z0-9_.-]*$'
  and split_part(agent_key, ':', 2) = agent_id_short
) not valid,
add constraint agent_provision_requests_display_name_check check (private.is_one_line(display_name, 1, 80)) not valid,
add constraint agent_provision_requests_emoji_check check (private.is_emoji(emoji)) not valid,
add constraint agent_provision_requests_role_short_check check (private.is_one_line(role_short, 0, 160)) not valid,
add constraint agent_provision_requests_attempts_check check (attempts between 0 and max_attempts) not valid,
add constraint agent_provision_requests_progress_check check (jsonb_typeof(progress) = 'array') not valid;

comment on table public.agent_provision_requests is 'The queue and its history. status changes only inside the functions of the next chapters.';
comment on column public.agent_provision_requests.progress is '[{step, state: running|done|error, ms?}] of the current attempt, for a page to draw live.';
comment on column public.agent_provision_requests.result is 'done: {agentId, workspaceDir, openclawVersion, steps:[{step, ms}]}. error: {code, message, hint?, step?, attempts}.';
comment on column public.agent_provision_requests.requested_by is 'User id, anon, service_role or executor:<id>; set by the server.';

-- Equal to the claim's ORDER BY, or a claim would sort the whole queue.
create index agent_provision_requests_queued_idx on public.agent_provision_requests (requested_at, id)
where status = 'queued';
create unique index agent_provision_requests_open_key on public.agent_provision_requests (project_id, agent_key)
where status in ('queued', 'running');
-- The rate limit of one project, the history of one agent, and what the watchdog prunes.
create index agent_provision_requests_project_idx
on public.agent_provision_requests (project_id, requested_at);
create index agent_provision_requests_agent_idx
on public.agent_provision_requests (project_id, agent_key, requested_at);
create index agent_provision_requests_completed_idx
on public.agent_provision_requests (completed_at) where status in ('done', 'error');

create table private.request_leases (
  request_id uuid primary key references public.agent_provision_requests (id) on delete cascade,
  executor_id text not null,
  instance_id uuid not null,
  claim_token uuid not null,
  lease_expires_at timestamptz not null,
  bound_by_claim boolean not null,
  settled_at timestamptz
)
-- Renewals touch lease_expires_at alone, which no index may hold, or they would not be heap-only.
with (fillfactor = 50);
comment on table private.request_leases is 'The last claim of each request. settled_at tells a repeated settle from a lost one.';
create index request_leases_claim_token_idx on private.request_leases (claim_token);
alter table private.request_leases enable row level security;
revoke all on private.request_leases from public, anon, authenticated, service_role;

create table private.request_diagnostics (
  id bigint generated always as identity primary key,
  request_id uuid not null references public.agent_provision_requests (id) on delete cascade,
  attempt int not null,
  output text not null,
  created_at timestamptz not null default now()
);
comment on table private.request_diagnostics is 'What openclaw printed when an attempt failed, cleaned by the executor before it is sent.';
create index request_diagnostics_request_id_idx on private.request_diagnostics (request_id);
alter table private.request_diagnostics enable row level security;
revoke all on private.request_diagnostics from public, anon, authenticated, service_role;

create function private.guard_running() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if new.status = 'running' and not exists (
    select from private.request_leases as l where l.request_id = new.id and l.settled_at is null
  ) then
    perform private.refuse(
      409, 'lease_lost', 'A request runs only under a claim', 'Stop the old worker: this table is served by the executor now'
    );
  end if;
  return new;
end $$;
comment on function private.guard_running() is 'A running request has a lease, so a worker that polls and updates by hand cannot take one.';
select private.restrict_execute('private.guard_running', variadic '{}');
create trigger guard_running before insert or update of status on public.agent_provision_requests
for each row execute function private.guard_running();

-- A direct insert (the plan leaves the table open) leads into the same road: the same columns, filled by the server.
create function private.complete_direct_request() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if auth.role() in ('anon', 'authenticated') then
    new.requested_by := coalesce(auth.uid()::text, 'anon');
    new.agent_id_short := coalesce(new.agent_id_short, split_part(new.agent_key, ':', 2));
    new.executor_id := coalesce(
      (select a.executor_id from public.agents as a
       where a.project_id = new.project_id and a.agent_key = new.agent_key),
      private.only_executor()
    );
  end if;
  return new;
end $$;
comment on function private.complete_direct_request() is 'Fills in what a direct insert may not say: who asked, and which executor is to do it.';
select private.restrict_execute('private.complete_direct_request', variadic '{}');
create trigger complete_direct_request before insert on public.agent_provision_requests
for each row execute function private.complete_direct_request();

create function private.matches_waiting_agent(
  _project_id text, _agent_key text, _display_name text, _emoji text, _agent_id_short text
) returns boolean
language sql stable security definer set search_path = '' as $$
  select exists (
    select from public.agents as a
    where a.project_id = _project_id and a.agent_key = _agent_key and not a.provisioned
      and a.name = _display_name and a.emoji is not distinct from _emoji
      and coalesce(a.agent_id_short, split_part(a.agent_key, ':', 2)) = _agent_id_short
  )
$$;
comment on function private.matches_waiting_agent(text, text, text, text, text) is 'Whether the row describes an agent that exists and is not provisioned yet. Asked by a policy.';
select private.restrict_execute('private.matches_waiting_agent', 'anon', 'authenticated', 'service_role');

alter table public.agent_provision_requests enable row level security;
revoke all on public.agent_provision_requests from public, anon, authenticated, service_role;
grant select, insert (project_id, agent_key, agent_id_short, display_name, emoji, role_short)
on public.agent_provision_requests to anon, authenticated;
grant all on public.agent_provision_requests to service_role;

create policy agent_provision_requests_select_anon on public.agent_provision_requests
for select to anon using ((select private.is_open()));
create policy agent_provision_requests_select_authenticated on public.agent_provision_requests
for select to authenticated using (true);
create policy agent_provision_requests_insert_client on public.agent_provision_requests
for insert to anon, authenticated with check ((select private.is_open()));
-- Restrictive, because an old database has its own policies, and those allow everything.
create policy agent_provision_requests_insert_waiting_agent on public.agent_provision_requests
as restrictive for insert to anon, authenticated with check (
  (select private.is_open())
  and kind = 'provision'
  and status = 'queued'
  and private.matches_waiting_agent(project_id, agent_key, display_name, emoji, agent_id_short)
);
create policy agent_provision_requests_select_open on public.agent_provision_requests
as restrictive for select to anon using ((select private.is_open()));
