-- Taken over: whoever works under an executor's id after another process, and knows nothing of it, may have another disk.

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
  seen_before timestamptz;
  instance_before uuid;
  seen_now timestamptz;
begin
  perform private.require_executor(_executor);
  -- As a claim does: one of an earlier process that is still under way is over before its leases are ended below.
  perform pg_advisory_xact_lock(hashtextextended('hatchery.claim.' || _executor, 0));
  select e.instance_id, case e.instance_id when _instance then e.last_seen_at end into instance_before, seen_before
  from public.executors as e where e.id = _executor;
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
    or e.last_seen_at < clock_timestamp() - interval '60 seconds'
  returning e.last_seen_at into seen_now;
  if not found then
    perform private.require_instance(_executor, _instance);
  end if;
  -- Nobody holds these any more: the process that did is dead. Not later than this executor was seen, so that the sweep that
  -- follows takes them for lost, not for asleep.
  if cardinality(replaced) > 0 then
    update private.request_leases as l set lease_expires_at = seen_now
    where l.executor_id = _executor and l.instance_id = any(replaced) and l.instance_id <> _instance
      and l.settled_at is null and l.lease_expires_at > seen_now;
  end if;
  -- Perhaps on another machine: what the one before said of its files says nothing of the files there. They are compared
  -- with every text that the document had, and whatever is none of these is kept beside it.
  if instance_before <> _instance and instance_before <> all(replaced) then
    update public.brain_doc_disk as k set revision = null, sha256 = null
    where k.executor_id = _executor and k.conflict_version is null and k.revision is not null;
  end if;
  perform private.settle_silent_lapses(_executor, _instance, seen_before);
  return query
    select clock_timestamp(), r.requested_at
    from (select _executor as id) as me
    left join public.executor_runtime as r
      on r.executor_id = me.id and r.requested_at > coalesce(r.published_at, '-infinity');
end $$;

notify pgrst, 'reload schema';
