-- Pruning the history of documents: nothing that a person typed, nothing that is in a conflict, and nothing that is head.

create table private.chores (
  name text primary key,
  done_at timestamptz not null
);
comment on table private.chores is 'When something was last done that the sweep does now and then: prune_versions.';
alter table private.chores enable row level security;
revoke all on private.chores from public, anon, authenticated, service_role;

create function private.take_chore(_name text, _every interval) returns boolean
language plpgsql security definer set search_path = '' as $$
begin
  insert into private.chores (name, done_at) values (_name, '-infinity') on conflict (name) do nothing;
  -- Whoever sweeps while another one is at it does not wait, and has nothing to do.
  perform from private.chores as c
  where c.name = _name and c.done_at < clock_timestamp() - _every
  for update skip locked;
  if not found then
    return false;
  end if;
  update private.chores as c set done_at = clock_timestamp() where c.name = _name;
  return true;
end $$;
comment on function private.take_chore(text, interval) is 'Whether the caller is to do it now: nobody has within this time.';
select private.restrict_execute('private.take_chore', variadic '{}');

create function private.prune_versions() returns int
language sql security definer set search_path = '' as $$
  with known as (
    select v.id, v.doc_id, v.sha256, v.source, v.conflict, v.revision, v.created_at,
      v.revision is not null and v.revision = max(v.revision) over (partition by v.doc_id) as is_head
    from public.brain_doc_versions as v
  ),
  -- Identical content once: head, or else what a person typed, or else the newest. What is in a conflict is known to nobody
  -- as ours, so that the same text may stand on both sides of it.
  alike as (
    select k.*, row_number() over (
        partition by k.doc_id, k.sha256, k.conflict
        order by k.is_head desc, k.source = 'disk', k.revision desc nulls last, k.id desc
      ) as nth
    from known as k
  ),
  -- Of what agents wrote on disk the last of each hour after a day, and of each day after a week.
  thinned as (
    select a.*, row_number() over (
        partition by a.doc_id, case
          when a.created_at > now() - interval '1 day' then a.created_at
          when a.created_at > now() - interval '7 days' then date_trunc('hour', a.created_at)
          else date_trunc('day', a.created_at)
        end
        order by a.id desc
      ) as nth_of_its_time
    from alike as a
    where a.nth = 1 and a.source = 'disk' and not a.conflict and not a.is_head
  ),
  pruned as (
    delete from public.brain_doc_versions as v
    where v.id in (
      select a.id from alike as a where a.nth > 1 and not a.is_head and not a.conflict
      union all
      select t.id from thinned as t where t.nth_of_its_time > 1 and t.created_at < now() - interval '1 day'
    )
    and not exists (select from public.brain_doc_disk as k where k.conflict_version = v.id)
    returning v.id
  )
  select count(*)::int from pruned
$$;
comment on function private.prune_versions() is 'Keeps identical content once, and of what was found on disk one an hour after a day and one a day after a week; answers how many went. Head, what a person typed and what is in a conflict stay.';
select private.restrict_execute('private.prune_versions', variadic '{}');

create or replace function private.fail_stuck_requests() returns table (requeued int, failed int, expired int)
language plpgsql security definer set search_path = '' as $$
declare
  request public.agent_provision_requests;
  keep_days int := private.setting('keep_requests_days')::int;
  expire_days int := private.setting('expire_after_days')::int;
begin
  if not private.acts_as(null) then
    perform private.refuse(403, 'forbidden', 'Only an executor or the function sweeps the queue');
  end if;
  requeued := 0;
  failed := 0;
  expired := 0;

  -- Re-checked under the row's lock: a renewal that came first wins. The lease decides, never how long a row waited.
  for request in
    select r.* from public.agent_provision_requests as r
    join private.request_leases as l on l.request_id = r.id
    where r.status = 'running' and l.settled_at is null and l.lease_expires_at < clock_timestamp()
    for update of l skip locked
  loop
    if request.attempts < request.max_attempts then
      perform private.queue_again(request.id, private.backoff(request.attempts));
      requeued := requeued + 1;
    else
      perform private.settle_as_error(request.id, jsonb_build_object(
        'code', 'lease_expired',
        'message', 'The executor stopped answering while it worked on this',
        'hint', 'Check that the Mac mini is on and connected, then retry'
      ));
      failed := failed + 1;
    end if;
    -- Not settled by its holder: one that wakes up now is to hear that it lost, not that it was heard before.
    delete from private.request_leases as l where l.request_id = request.id;
  end loop;

  for request in
    select r.* from public.agent_provision_requests as r
    where r.status = 'queued' and r.attempts = 0 and r.requested_at < now() - make_interval(days => expire_days)
    for update skip locked
  loop
    perform private.settle_as_error(request.id, jsonb_build_object(
      'code', 'expired',
      'message', format('No executor picked this up for %s days', expire_days),
      'hint', 'Start the executor on the Mac mini, then retry'
    ));
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
'Running with an expired lease: queued again with backoff, or error lease_expired. Queued and never tried for 30 days: error expired. Finished for 90 days, and answers kept for 24 hours: removed. Once an hour it prunes versions of documents. Called on every sweep and by the function.';

notify pgrst, 'reload schema';
