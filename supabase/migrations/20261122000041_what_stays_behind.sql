-- What stays behind: the folder of an agent that was removed, an agent that OpenClaw may have, and how a claim ended.

create index brain_doc_versions_agent_id_idx on public.brain_doc_versions (split_part(agent_key, ':', 2), doc_type);

-- By the id, because the folder is named by it: what lies there may have been written for an agent that is gone, or that
-- lives on another machine by now, also in another project. Whatever its origin, a text that is in a version of that one is
-- kept there and may be overwritten here, or the new agent would take it for its own.
create or replace function private.known_sha256(_doc_id uuid, _doc_date date) returns text []
language sql stable security definer set search_path = '' as $$
  select array(
    select distinct v.sha256
    from public.brain_docs as d
    join public.brain_doc_versions as v
      on v.doc_id = d.id or split_part(v.agent_key, ':', 2) = split_part(d.agent_key, ':', 2) and v.doc_type = d.doc_type
    where d.id = _doc_id and (v.doc_id <> d.id or not v.conflict or v.settled_at is not null)
      and (v.doc_date = _doc_date) is not false
  )
$$;
comment on function private.known_sha256(uuid, date) is 'The hashes of every content that this document ever had, or this document of any other agent under the same OpenClaw id; of the note of a day without those of other days; without what is in an open conflict of this document.';

create function private.reached_openclaw(_request public.agent_provision_requests) returns boolean
language sql immutable set search_path = '' as $$
  select _request.status = 'done' or _request.writing_began_at is not null or private.has_begun_writing(_request.progress)
$$;
comment on function private.reached_openclaw(public.agent_provision_requests) is 'Whether this request got as far as writing to OpenClaw, or found there what it is about.';
select private.restrict_execute('private.reached_openclaw', variadic '{}');

create or replace function private.may_be_in_openclaw(_agent public.agents) returns boolean
language sql stable security definer set search_path = '' as $$
  select _agent.provisioned or exists (
    select from public.agent_provision_requests as r
    where r.project_id = _agent.project_id and r.agent_key = _agent.agent_key and r.requested_at >= _agent.created_at
      and private.reached_openclaw(r)
  )
$$;

create function private.is_last_trace(_request public.agent_provision_requests) returns boolean
language sql stable security definer set search_path = '' as $$
  select private.reached_openclaw(_request)
    and exists (
      select from public.agents as a
      where a.project_id = _request.project_id and a.agent_key = _request.agent_key and not a.provisioned
        and a.created_at <= _request.requested_at
    )
    and not exists (
      select from public.agent_provision_requests as newer
      where newer.project_id = _request.project_id and newer.agent_key = _request.agent_key
        and newer.kind = _request.kind and newer.executor_id is not distinct from _request.executor_id
        and (newer.requested_at, newer.id) > (_request.requested_at, _request.id)
        and private.reached_openclaw(newer)
    )
$$;
comment on function private.is_last_trace(public.agent_provision_requests) is 'Whether this request is the newest of its kind and executor that says of an agent, which is not live, that OpenClaw may have it.';
select private.restrict_execute('private.is_last_trace', variadic '{}');

-- As it was, but that it keeps what alone says that OpenClaw may have an agent.
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
  where r.status in ('done', 'error') and r.completed_at < now() - make_interval(days => keep_days)
    and not private.is_last_trace(r);
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
'Running with an expired lease: queued again with backoff, or, after the last attempt, error lease_expired once its executor was seen since. Waiting for 30 days since it was asked for, last tried, or its last lease expired: error expired. Finished for 90 days, unless it alone says that OpenClaw may have an agent, and answers kept for 24 hours: removed. Once an hour it prunes versions of documents. Called on every sweep and by the function.';

-- As it was, but that a removal says nothing of itself: what it does is the same at each attempt.
create or replace function private.describe_claims(_ids uuid [])
returns table (
  request_id uuid, kind text, project_id text, agent_key text, agent_id_short text, display_name text, emoji text,
  role_short text, attempts int, max_attempts int, workspace_prepared boolean, provisioned boolean, workspace_path text
)
language sql stable security definer set search_path = '' as $$
  select r.id, r.kind, r.project_id, r.agent_key, r.agent_id_short,
    case r.kind when 'deprovision' then r.display_name else a.name end,
    case r.kind when 'provision' then a.emoji when 'deprovision' then coalesce(r.emoji, '🤖') else coalesce(a.emoji, '🤖') end,
    coalesce(r.role_short, ''), r.attempts, r.max_attempts,
    -- Either is written only after the checks: a file of this agent acknowledged, or the step reported as done (an agent
    -- may have no documents), by an earlier attempt at making it or by its adoption. Progress alone would not do, because
    -- each attempt begins its own.
    exists (
      select from public.brain_docs as d
      join public.brain_doc_disk as k on k.doc_id = d.id
      where d.project_id = r.project_id and d.agent_key = r.agent_key and k.executor_id = r.executor_id and k.sha256 is not null
    )
    or exists (
      select from public.agent_provision_requests as earlier
      where earlier.project_id = r.project_id and earlier.agent_key = r.agent_key
        and earlier.executor_id = r.executor_id and earlier.requested_at >= a.created_at
        and (
          earlier.kind = 'provision' and earlier.progress @> '[{"step": "workspace", "state": "done"}]'
          or earlier.kind = 'adopt' and earlier.status = 'done'
        )
    ),
    a.provisioned, a.workspace_path
  from public.agent_provision_requests as r
  join public.agents as a on a.project_id = r.project_id and a.agent_key = r.agent_key
  where r.id = any(_ids)
  order by r.requested_at, r.id
$$;

-- As it was, but that a word which is said again hears what it would have heard.
create or replace function private.renew_provision_lease(
  _request_id uuid, _claim_token uuid, _progress jsonb, _lease_seconds int
) returns table (held boolean, cancel_requested boolean)
language plpgsql security definer set search_path = '' as $$
declare
  lease private.request_leases := private.held_lease(_request_id, _claim_token);
  request public.agent_provision_requests;
begin
  if lease.request_id is null or lease.settled_at is not null then
    -- That it was called off is said again to whoever did not hear it.
    return query select false, exists (
      select from public.agent_provision_requests as r
      where r.id = lease.request_id and r.status = 'error' and r.result ->> 'code' = 'cancelled'
        and r.writing_began_at is null
    );
    return;
  end if;
  if _progress is null then
    select * into request from public.agent_provision_requests as r where r.id = _request_id;
  else
    -- Locked against a cancel at the same moment: one of the two is first, and the other hears of it.
    select * into request from public.agent_provision_requests as r where r.id = _request_id for no key update;
  end if;
  if request.cancel_requested_at is not null and request.writing_began_at is null then
    perform private.settle_as_error(_request_id, private.cancelled(request));
    return query select false, true;
    return;
  end if;
  update private.request_leases as l
  set lease_expires_at = clock_timestamp() + make_interval(secs => least(greatest(_lease_seconds, 5), 3600))
  where l.request_id = _request_id;
  if _progress is not null then
    update public.agent_provision_requests as r
    set progress = _progress,
      writing_began_at = case
        when private.has_begun_writing(_progress) then coalesce(r.writing_began_at, clock_timestamp()) else r.writing_began_at
      end
    where r.id = _request_id and r.progress is distinct from _progress;
  end if;
  return query select true, request.cancel_requested_at is not null;
end $$;
comment on function public.renew_provision_lease(uuid, uuid, jsonb, int) is
'Extends the lease and stores progress when given. held = false: the claim is over, stop and change nothing more; with cancel_requested because it was called off before OpenClaw was written to, however often it is asked.';

-- As it was, but that only what is done is said to be.
create or replace function private.complete_provision_request(
  _request_id uuid, _claim_token uuid, _result jsonb, _runtime_agents jsonb
) returns text
language plpgsql security definer set search_path = '' as $$
declare
  lease private.request_leases := private.held_lease(_request_id, _claim_token);
  request public.agent_provision_requests;
  agent public.agents;
  entry jsonb;
begin
  if lease.request_id is null then
    return 'lost';
  elsif lease.settled_at is not null then
    return (
      select case r.status when 'done' then 'already_settled' else 'lost' end
      from public.agent_provision_requests as r where r.id = _request_id
    );
  end if;
  select * into request from public.agent_provision_requests as r where r.id = _request_id for update;
  if _result ->> 'agentId' is distinct from request.agent_id_short or _result ->> 'workspaceDir' is null
    or jsonb_typeof(_runtime_agents) is distinct from 'array'
  then
    perform private.refuse(400, 'invalid_request', 'The result names another agent, no workspace, or comes without a list');
  end if;
  -- It never writes to OpenClaw, so that no later word of it may come too late.
  if request.kind = 'adopt' and request.cancel_requested_at is not null then
    perform private.settle_as_error(_request_id, private.cancelled(request));
    return 'lost';
  end if;

  select * into agent from public.agents as a
  where a.project_id = request.project_id and a.agent_key = request.agent_key
  for update;
  if not found and request.kind <> 'deprovision' then
    perform private.settle_as_error(_request_id, jsonb_build_object(
      'code', 'not_found', 'message', 'The agent of this request does not exist any more', 'hint', 'Create the agent again'
    ));
    return 'lost';
  end if;
  if request.kind in ('provision', 'adopt') then
    update public.agents as a
    set provisioned = true,
      agent_id_short = request.agent_id_short,
      workspace_path = _result ->> 'workspaceDir',
      executor_id = lease.executor_id
    where a.id = agent.id;
  elsif request.kind = 'deprovision' then
    perform private.remove_rows(request.project_id, request.agent_key, request.requested_by);
  end if;
  update public.agent_provision_requests as r
  set status = 'done', completed_at = clock_timestamp(), result = _result
  where r.id = _request_id;
  update private.request_leases as l set settled_at = clock_timestamp() where l.request_id = _request_id;
  insert into public.activities (project_id, type, message, actor_agent_key)
  select request.project_id, event.type, format(event.message, request.display_name), request.agent_key
  from (
    values
    ('provision', 'agent_provisioned', '%s is live'),
    ('set_identity', 'agent_identity_saved', 'OpenClaw calls the agent %s now'),
    ('adopt', 'agent_adopted', '%s was taken over')
    -- That an agent was removed is told where its row goes.
  ) as event (kind, type, message)
  where event.kind = request.kind;
  -- Stored even when it says what it said before: a list from after completed_at is what calls this agent live.
  insert into public.executor_runtime as x (executor_id, agents, published_at)
  select e.id, _runtime_agents, clock_timestamp() from public.executors as e where e.id = lease.executor_id
  on conflict (executor_id) do update set agents = excluded.agents, published_at = excluded.published_at;

  entry := private.listed_entry(_runtime_agents, agent);
  if request.kind = 'adopt' and (agent.name, coalesce(agent.emoji, '🤖'))
    is distinct from (private.listed_name(entry), private.listed_emoji(entry))
  then
    perform private.open_request(agent, 'set_identity', lease.executor_id, request.requested_by);
  end if;
  return 'settled';
end $$;
comment on function public.complete_provision_request(uuid, uuid, jsonb, jsonb) is
'Done, with the list that proves it, and what that means for the agent: provisioned (provision, adopt), nothing (set_identity), or gone with its status and documents (deprovision). An adopted agent that is to be called otherwise than it is listed gets a set_identity. Answers settled, already_settled (it is done, said before) or lost (it ended otherwise, or another claim has it). Never writes document content.';

create or replace function private.fail_provision_request(
  _request_id uuid, _claim_token uuid, _error jsonb, _permanent boolean, _diagnostics text
) returns text
language plpgsql security definer set search_path = '' as $$
declare
  lease private.request_leases := private.held_lease(_request_id, _claim_token);
  request public.agent_provision_requests;
begin
  if lease.request_id is null then
    return 'lost';
  end if;
  select * into request from public.agent_provision_requests as r where r.id = _request_id for update;
  if lease.settled_at is not null then
    -- Heard before: this, or a success whose answers were all lost.
    return case
      when request.status in ('done', 'queued') or request.result @> _error then 'already_settled' else 'lost'
    end;
  end if;
  if coalesce(_error ->> 'code', '') = '' or coalesce(_error ->> 'message', '') = '' then
    perform private.refuse(400, 'invalid_request', 'An error has a code and a message');
  end if;
  if _diagnostics is not null then
    insert into private.request_diagnostics (request_id, attempt, output)
    values (_request_id, request.attempts, left(_diagnostics, 65536));
  end if;
  if _permanent or request.attempts >= request.max_attempts then
    perform private.settle_as_error(_request_id, _error);
  else
    perform private.queue_again(_request_id, private.backoff(request.attempts));
  end if;
  return 'settled';
end $$;
comment on function public.fail_provision_request(uuid, uuid, jsonb, boolean, text) is
'Ends the attempt: queued again with backoff, or error {code, message, hint?, step?} when permanent or out of attempts. Answers settled, already_settled (said before, or it is done) or lost (it ended otherwise, or another claim has it).';

notify pgrst, 'reload schema';
