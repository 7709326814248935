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
  -- Of several who sweep at the same moment the second one waits for the first, and finds it done.
  insert into private.chores as c (name, done_at) values (_name, clock_timestamp())
  on conflict (name) do update set done_at = excluded.done_at where c.done_at < clock_timestamp() - _every;
  return found;
end $$;
comment on function private.take_chore(text, interval) is 'Whether the caller is to do it now: nobody has within this time.';
select private.restrict_execute('private.take_chore', variadic '{}');

create function private.prune_versions() returns int
language sql security definer set search_path = '' as $$
  with judged as (
    select v.id, v.source, v.conflict,
      v.revision is not null and v.revision = max(v.revision) over (partition by v.doc_id) as is_head,
      -- Identical content once: the head's, or else what a person typed, or else the newest. What is in a conflict is known
      -- to nobody as ours, so that the same text may stand on both sides of it.
      row_number() over (
        partition by v.doc_id, v.sha256, v.conflict
        order by v.revision desc nulls last, v.source = 'disk', v.id desc
      ) as nth_alike,
      -- Of what agents wrote on disk the last of each hour after a day, and of each day after a week.
      row_number() over (
        partition by v.doc_id, v.source, v.conflict, case
          when v.created_at > now() - interval '1 day' then v.created_at
          when v.created_at > now() - interval '7 days' then date_trunc('hour', v.created_at)
          else date_trunc('day', v.created_at)
        end
        order by v.id desc
      ) as nth_of_its_time
    from public.brain_doc_versions as v
  ),
  pruned as (
    delete from public.brain_doc_versions as v using judged as j
    where v.id = j.id and not j.is_head and not j.conflict
      and (j.nth_alike > 1 or j.source = 'disk' and j.nth_of_its_time > 1 and v.created_at < now() - interval '1 day')
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
  if private.take_chore('prune_versions', interval '1 hour') then
    perform private.prune_versions();
  end if;

  return next;
end $$;
comment on function public.fail_stuck_requests() is
'Running with an expired lease: queued again with backoff, or error lease_expired. Queued and never tried for 30 days: error expired. Finished for 90 days, and answers kept for 24 hours: removed. Once an hour it prunes versions of documents. Called on every sweep and by the function.';

notify pgrst, 'reload schema';
