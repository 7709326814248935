-- The watchdog: what nobody is working on any more goes back, what nobody wants any more goes away.

create function private.fail_stuck_requests() returns table (requeued int, failed int, expired int)
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

  return next;
end $$;
comment on function private.fail_stuck_requests() is 'See public.fail_stuck_requests.';
select private.restrict_execute('private.fail_stuck_requests', 'authenticated', 'service_role');

create function public.fail_stuck_requests() returns table (requeued int, failed int, expired int)
language sql set search_path = '' as $$
  select * from private.fail_stuck_requests()
$$;
comment on function public.fail_stuck_requests() is
'Running with an expired lease: queued again with backoff, or error lease_expired. Queued and never tried for 30 days: error expired. Finished for 90 days: removed. Called on every sweep and by the function.';
select private.restrict_execute('public.fail_stuck_requests', 'authenticated', 'service_role');
