-- Why an executor that is there takes no requests: its OpenClaw is missing or too old, its disk is full, agents are lost.

alter table public.executors
add column problem jsonb,
add constraint executors_problem_check check (
  problem is null or (
    jsonb_typeof(problem) = 'object' and jsonb_typeof(problem -> 'code') = 'string'
    and jsonb_typeof(problem -> 'message') = 'string'
  )
) not valid;
comment on column public.executors.problem is 'Null, or why it claims nothing for now: {code, message, hint?, since}. Told with each heartbeat.';

create or replace function private.record_heartbeat(_executor text, _instance uuid, _about jsonb)
returns table (now timestamptz, runtime_requested_at timestamptz)
language plpgsql security definer set search_path = '' as $$
declare
  replaced uuid [] := array(
    select jsonb_array_elements_text(_about -> 'replaces')::uuid where jsonb_typeof(_about -> 'replaces') = 'array'
  );
  -- Null serves all.
  projects text [] := (
    select array_agg(p) from jsonb_array_elements_text(_about -> 'projectIds') as p
    where jsonb_typeof(_about -> 'projectIds') = 'array'
  );
begin
  perform private.require_executor(_executor);
  -- As a claim does: one of an earlier process that is still under way is over before its leases are ended below.
  perform pg_advisory_xact_lock(hashtextextended('hatchery.claim.' || _executor, 0));
  insert into public.executors as e (
    id, display_name, platform, version, contract_version, openclaw_version, workspace_root, instance_id, counters,
    problem
  ) values (
    _executor, coalesce(_about ->> 'displayName', _executor), _about ->> 'platform', _about ->> 'version',
    (_about ->> 'contractVersion')::int, _about ->> 'openclawVersion', _about ->> 'workspaceRoot', _instance,
    coalesce(_about -> 'counters', '{}')
    || jsonb_build_object('oldestQueuedSeconds', private.oldest_queued_seconds(_executor, projects)),
    nullif(_about -> 'problem', 'null')
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
    counters = excluded.counters,
    problem = excluded.problem
  where e.instance_id = excluded.instance_id
    or e.instance_id = any(replaced)
    or e.last_seen_at < clock_timestamp() - interval '60 seconds';
  if not found then
    perform private.require_instance(_executor, _instance);
  end if;
  -- Nobody holds these any more: the process that did is dead. The sweep that follows queues the requests again.
  if cardinality(replaced) > 0 then
    update private.request_leases as l set lease_expires_at = clock_timestamp()
    where l.executor_id = _executor and l.instance_id = any(replaced) and l.instance_id <> _instance
      and l.settled_at is null and l.lease_expires_at > clock_timestamp();
  end if;
  return query
    select clock_timestamp(), r.requested_at
    from (select _executor as id) as me
    left join public.executor_runtime as r
      on r.executor_id = me.id and r.requested_at > coalesce(r.published_at, '-infinity');
end $$;

notify pgrst, 'reload schema';
