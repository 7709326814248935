-- Executors: the machines that do the work, whether they are there, and what OpenClaw really holds on them.

create table public.executors (
  id text primary key,
  display_name text not null,
  platform text,
  version text,
  contract_version int,
  openclaw_version text,
  workspace_root text,
  instance_id uuid not null,
  started_at timestamptz not null default now(),
  last_seen_at timestamptz not null default now(),
  counters jsonb not null default '{}',
  constraint executors_id_check check (id ~ '^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$')
);
comment on table public.executors is 'One row a machine. Alive means last_seen_at within 90 s by this database''s clock; the heartbeat comes every 30 s.';
alter table public.executors enable row level security;
revoke all on public.executors from public, anon, authenticated, service_role;
grant select on public.executors to authenticated;
grant all on public.executors to service_role;
create policy executors_select_authenticated on public.executors for select to authenticated using (true);

create table public.executor_runtime (
  executor_id text primary key references public.executors (id) on delete cascade,
  agents jsonb not null default '[]',
  published_at timestamptz,
  requested_at timestamptz,
  constraint executor_runtime_agents_check check (jsonb_typeof(agents) = 'array')
);
comment on table public.executor_runtime is 'What openclaw agents list said last: [{id, name, emoji, workspace, isDefault}]. Written only when it changed or was asked for.';
alter table public.executor_runtime enable row level security;
revoke all on public.executor_runtime from public, anon, authenticated, service_role;
grant select on public.executor_runtime to authenticated;
grant all on public.executor_runtime to service_role;
create policy executor_runtime_select_authenticated on public.executor_runtime
for select to authenticated using (true);

create table private.executor_reports (
  executor_id text not null references public.executors (id) on delete cascade,
  reported_at timestamptz not null default now(),
  findings jsonb not null,
  primary key (executor_id, reported_at)
);
comment on table private.executor_reports is 'Doctor findings, as the executor sent them.';
alter table private.executor_reports enable row level security;
revoke all on private.executor_reports from public, anon, authenticated, service_role;

create function private.record_heartbeat(_executor text, _instance uuid, _about jsonb)
returns table (now timestamptz, runtime_requested_at timestamptz)
language plpgsql security definer set search_path = '' as $$
begin
  perform private.require_executor(_executor);
  insert into public.executors as e (
    id, display_name, platform, version, contract_version, openclaw_version, workspace_root, instance_id, counters
  ) values (
    _executor, coalesce(_about ->> 'displayName', _executor), _about ->> 'platform', _about ->> 'version',
    (_about ->> 'contractVersion')::int, _about ->> 'openclawVersion', _about ->> 'workspaceRoot', _instance,
    coalesce(_about -> 'counters', '{}')
  )
  on conflict (id) do update set
    display_name = excluded.display_name,
    platform = excluded.platform,
    version = excluded.version,
    contract_version = excluded.contract_version,
    openclaw_version = coalesce(excluded.openclaw_version, e.openclaw_version),
    workspace_root = excluded.workspace_root,
    instance_id = excluded.instance_id,
    started_at = case when e.instance_id = excluded.instance_id then e.started_at else clock_timestamp() end,
    last_seen_at = clock_timestamp(),
    counters = excluded.counters;
  return query
    select clock_timestamp(), r.requested_at
    from (select _executor as id) as me
    left join public.executor_runtime as r
      on r.executor_id = me.id and r.requested_at > coalesce(r.published_at, '-infinity');
end $$;
comment on function private.record_heartbeat(text, uuid, jsonb) is 'See public.record_heartbeat.';
select private.restrict_execute('private.record_heartbeat', 'authenticated', 'service_role');

create function public.record_heartbeat(executor text, instance uuid, about jsonb)
returns table (now timestamptz, runtime_requested_at timestamptz)
language sql set search_path = '' as $$
  select * from private.record_heartbeat(executor, instance, about)
$$;
comment on function public.record_heartbeat(text, uuid, jsonb) is 'Says that the executor is there. Answers the database''s time, and when its runtime list was asked for and not yet published.';
select private.restrict_execute('public.record_heartbeat', 'authenticated', 'service_role');

create function private.publish_runtime(_executor text, _agents jsonb) returns void
language plpgsql security definer set search_path = '' as $$
begin
  perform private.require_executor(_executor);
  insert into public.executor_runtime as r (executor_id, agents, published_at)
  values (_executor, _agents, clock_timestamp())
  on conflict (executor_id) do update set agents = excluded.agents, published_at = excluded.published_at
  where r.agents is distinct from excluded.agents or r.published_at is null or r.requested_at > r.published_at;
end $$;
comment on function private.publish_runtime(text, jsonb) is 'See public.publish_runtime.';
select private.restrict_execute('private.publish_runtime', 'authenticated', 'service_role');

create function public.publish_runtime(executor text, instance uuid, agents jsonb) returns void
language sql set search_path = '' as $$
  select private.publish_runtime(executor, agents)
$$;
comment on function public.publish_runtime(text, uuid, jsonb) is 'Stores what openclaw agents list says, when it changed or was asked for.';
select private.restrict_execute('public.publish_runtime', 'authenticated', 'service_role');

create function private.only_executor() returns text
language sql stable security definer set search_path = '' as $$
  select min(e.id) from public.executors as e having count(*) = 1
$$;
comment on function private.only_executor() is 'The executor, when there is exactly one; otherwise null.';
select private.restrict_execute('private.only_executor', variadic '{}');
