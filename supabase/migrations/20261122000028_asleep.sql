-- Asleep: a Mac mini that slept has used up no attempt of what it was working on, and nothing waits for ever.

create table private.silent_lapses (
  request_id uuid primary key references public.agent_provision_requests (id) on delete cascade,
  executor_id text not null,
  instance_id uuid not null
);
comment on table private.silent_lapses is 'Requests that were queued again, their attempt counted, while their executor was silent. Its next heartbeat decides whether that attempt was one.';
alter table private.silent_lapses enable row level security;
revoke all on private.silent_lapses from public, anon, authenticated, service_role;

create function private.note_silent_lapse(_request_id uuid, _executor text, _instance uuid) returns void
language sql security definer set search_path = '' as $$
  insert into private.silent_lapses as s (request_id, executor_id, instance_id)
  values (_request_id, _executor, _instance)
  on conflict (request_id) do update set executor_id = excluded.executor_id, instance_id = excluded.instance_id
$$;
comment on function private.note_silent_lapse(uuid, text, uuid) is 'Remembers that a lease of this instance lapsed while nobody heard of it.';
select private.restrict_execute('private.note_silent_lapse', variadic '{}');

create function private.settle_silent_lapses(_executor text, _instance uuid, _seen_before timestamptz) returns void
language plpgsql security definer set search_path = '' as $$
declare
  lapsed record;
  -- A heartbeat comes each 30 s, and a lease of 60 s is renewed each 20 s: none lapses within 40 s of the last word.
  has_slept boolean := coalesce(_seen_before < clock_timestamp() - interval '35 seconds', false);
begin
  if has_slept then
    -- Lease before request, as a renewal and the sweep lock them; and waiting for a sweep that is at it, which may leave
    -- the lease as it is.
    for lapsed in
      select l.request_id from public.agent_provision_requests as r
      join private.request_leases as l on l.request_id = r.id
      where r.status = 'running' and r.executor_id = _executor
        and l.executor_id = _executor and l.instance_id = _instance and l.settled_at is null
        and l.lease_expires_at between _seen_before and clock_timestamp()
      order by l.request_id
      for update of l
    loop
      perform private.queue_again(lapsed.request_id, interval '0');
      perform private.note_silent_lapse(lapsed.request_id, _executor, _instance);
      -- The run that held it is to hear that it lost.
      delete from private.request_leases as l where l.request_id = lapsed.request_id;
    end loop;
    -- Also of what was claimed again since.
    update public.agent_provision_requests as r
    set attempts = greatest(r.attempts - 1, 0), run_after = least(r.run_after, clock_timestamp())
    from private.silent_lapses as s
    where s.request_id = r.id and s.executor_id = _executor and s.instance_id = _instance
      and r.status in ('queued', 'running');
  end if;
  delete from private.silent_lapses as s where s.executor_id = _executor;
end $$;
comment on function private.settle_silent_lapses(text, uuid, timestamptz) is
'At a heartbeat: an instance that is back after silence has slept, so that what lapsed meanwhile goes back into the queue and no attempt of it counts. Whatever else lapsed in silence has counted: that process has ended, or was there all along. _seen_before is when this very instance was seen last, null when it was not.';
select private.restrict_execute('private.settle_silent_lapses', variadic '{}');

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
  seen_now timestamptz;
begin
  perform private.require_executor(_executor);
  -- As a claim does: one of an earlier process that is still under way is over before its leases are ended below.
  perform pg_advisory_xact_lock(hashtextextended('hatchery.claim.' || _executor, 0));
  select e.last_seen_at into seen_before from public.executors as e where e.id = _executor and e.instance_id = _instance;
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
  perform private.settle_silent_lapses(_executor, _instance, seen_before);
  return query
    select clock_timestamp(), r.requested_at
    from (select _executor as id) as me
    left join public.executor_runtime as r
      on r.executor_id = me.id and r.requested_at > coalesce(r.published_at, '-infinity');
end $$;
comment on function public.record_heartbeat(text, uuid, jsonb) is
'Says that the executor is there. Answers the database''s time, and when its runtime list was asked for and not yet published. Refuses executor_held while another instance was seen within 60 s, unless about.replaces names it: an earlier process, known to be dead, whose leases end at once. What lapsed while this instance was silent is queued again, and its attempt does not count.';

create function private.expired(_days int) returns jsonb
language sql immutable set search_path = '' as $$
  select jsonb_build_object(
    'code', 'expired',
    'message', format('No executor has worked on this for %s days', _days),
    'hint', 'Start the executor on the Mac mini, then retry'
  )
$$;
comment on function private.expired(int) is 'The result of a request that waited for so many days.';
select private.restrict_execute('private.expired', variadic '{}');

create or replace function private.fail_stuck_requests() returns table (requeued int, failed int, expired int)
language plpgsql security definer set search_path = '' as $$
declare
  stuck record;
  keep_days int := private.setting('keep_requests_days')::int;
  expire_days int := private.setting('expire_after_days')::int;
  too_old timestamptz := now() - make_interval(days => expire_days);
begin
  if not private.acts_as(null) then
    perform private.refuse(403, 'forbidden', 'Only an executor or the function sweeps the queue');
  end if;
  requeued := 0;
  failed := 0;
  expired := 0;

  -- Re-checked under the row's lock: a renewal that came first wins. The lease decides, never how long a row waited. The last
  -- attempt of an executor that has been silent since before the lapse is not over: it may be asleep.
  for stuck in
    select r.id, r.attempts, r.max_attempts, l.executor_id, l.instance_id,
      coalesce(e.last_seen_at < l.lease_expires_at, false) as is_silent
    from public.agent_provision_requests as r
    join private.request_leases as l on l.request_id = r.id
    left join public.executors as e on e.id = l.executor_id
    where r.status = 'running' and l.settled_at is null and l.lease_expires_at < clock_timestamp()
      and (
        r.attempts < r.max_attempts or l.lease_expires_at < too_old
        or (e.last_seen_at < l.lease_expires_at) is not true
      )
    for update of l skip locked
  loop
    if stuck.attempts < stuck.max_attempts then
      perform private.queue_again(stuck.id, private.backoff(stuck.attempts));
      if stuck.is_silent then
        perform private.note_silent_lapse(stuck.id, stuck.executor_id, stuck.instance_id);
      end if;
      requeued := requeued + 1;
    elsif stuck.is_silent then
      perform private.settle_as_error(stuck.id, private.expired(expire_days));
      expired := expired + 1;
    else
      perform private.settle_as_error(stuck.id, jsonb_build_object(
        'code', 'lease_expired',
        'message', 'The executor ended, or lost touch with the database, while it worked on this',
        'hint', 'Read the executor''s log on the Mac mini, then retry'
      ));
      failed := failed + 1;
    end if;
    -- Not settled by its holder: one that wakes up now is to hear that it lost, not that it was heard before.
    delete from private.request_leases as l where l.request_id = stuck.id;
  end loop;

  -- Both columns, so that the index of what is queued finds the few that are old.
  for stuck in
    select r.id from public.agent_provision_requests as r
    where r.status = 'queued' and r.requested_at < too_old and r.run_after < too_old
    for update skip locked
  loop
    perform private.settle_as_error(stuck.id, private.expired(expire_days));
    expired := expired + 1;
  end loop;

  delete from public.agent_provision_requests as r
  where r.status in ('done', 'error') and r.completed_at < now() - make_interval(days => keep_days);
  delete from private.idempotency_keys as k where k.created_at < now() - interval '24 hours';
  -- Only when nothing was taken up above, whose rows would stay locked meanwhile. One that fails or takes too long undoes
  -- nothing but itself, and is tried again in an hour.
  if requeued + failed + expired = 0 and private.take_chore('prune_versions', interval '1 hour') then
    begin
      perform private.prune_versions();
    exception when query_canceled or others then
      raise warning 'Versions of documents were not pruned: %', sqlerrm;
    end;
  end if;

  return next;
end $$;
comment on function public.fail_stuck_requests() is
'Running with an expired lease: queued again with backoff, or, after the last attempt, error lease_expired once its executor was seen since. Waiting for 30 days since it was asked for, last tried, or its last lease expired: error expired. Finished for 90 days, and answers kept for 24 hours: removed. Once an hour it prunes versions of documents. Called on every sweep and by the function.';

notify pgrst, 'reload schema';
