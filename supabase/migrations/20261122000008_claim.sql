-- Claiming: a token made by the caller, a lease by this database's clock, and what may be done while it is held.

create function private.backoff(_attempts int) returns interval
language sql volatile set search_path = '' as $$
  -- 10 s, 20 s, 40 s … at most 5 min, spread by half either way so that a fleet does not return all at once.
  select make_interval(secs => least(300, 5 * 2 ^ _attempts) * (0.5 + random()))
$$;
comment on function private.backoff(int) is 'How long to wait after this many attempts.';
select private.restrict_execute('private.backoff', variadic '{}');

create function private.settle_as_error(_request_id uuid, _error jsonb) returns void
language sql security definer set search_path = '' as $$
  update public.agent_provision_requests as r
  set status = 'error', completed_at = clock_timestamp(), result = _error || jsonb_build_object('attempts', r.attempts)
  where r.id = _request_id;
  update private.request_leases as l set settled_at = clock_timestamp()
  where l.request_id = _request_id and l.settled_at is null;
$$;
comment on function private.settle_as_error(uuid, jsonb) is 'Ends a request as error {code, message, hint?, step?}; adds the attempts.';
select private.restrict_execute('private.settle_as_error', variadic '{}');

create function private.claim_provision_requests(
  _executor text, _instance uuid, _free_slots int, _claim_token uuid, _lease_seconds int, _project_ids text []
) returns setof uuid
language plpgsql security definer set search_path = '' as $$
declare
  request public.agent_provision_requests;
  agent public.agents;
  holder text;
begin
  perform private.require_executor(_executor);
  if _claim_token is null or coalesce(_free_slots, -1) not between 0 and 50
    or coalesce(_lease_seconds, 0) not between 5 and 3600
  then
    perform private.refuse(400, 'invalid_request', 'Claim 0 to 50 slots, for 5 to 3600 seconds');
  end if;
  -- Two claims of one executor must not both find the same runtime id free.
  perform pg_advisory_xact_lock(hashtextextended('hatchery.claim.' || _executor, 0));

  -- A reply that was lost costs nothing: the same token gives the same rows.
  return query
    select l.request_id from private.request_leases as l
    where l.claim_token = _claim_token and l.executor_id = _executor and l.settled_at is null;
  if found then
    return;
  end if;

  for request in
    select r.* from public.agent_provision_requests as r
    where r.status = 'queued' and r.run_after <= now()
      and (r.executor_id is null or r.executor_id = _executor)
      and (_project_ids is null or r.project_id = any(_project_ids))
    order by r.requested_at, r.id
    limit _free_slots
    for update skip locked
  loop
    select * into agent from public.agents as a
    where a.project_id = request.project_id and a.agent_key = request.agent_key
    for update;
    if not found then
      perform private.settle_as_error(request.id, jsonb_build_object(
        'code', 'not_found', 'message', 'The agent of this request does not exist any more'
      ));
      continue;
    end if;
    -- Asked for before the agent went live, and let in behind that: it must not be made a second time.
    if agent.provisioned and request.kind = 'provision' then
      perform private.settle_as_error(request.id, jsonb_build_object(
        'code', 'already_done', 'message', 'This agent is live already'
      ));
      continue;
    end if;
    holder := private.runtime_holder(_executor, request.agent_id_short, agent.id);
    if holder is not null then
      perform private.settle_as_error(request.id, jsonb_build_object(
        'code', 'agent_id_taken',
        'message', format('The id %s belongs to the agent %s', request.agent_id_short, holder),
        'hint', 'Create the agent again under another key'
      ));
      continue;
    end if;

    insert into private.request_leases as l (
      request_id, executor_id, instance_id, claim_token, lease_expires_at, bound_by_claim
    ) values (
      request.id, _executor, _instance, _claim_token, clock_timestamp() + make_interval(secs => _lease_seconds),
      request.executor_id is null
    )
    on conflict (request_id) do update set
      executor_id = excluded.executor_id,
      instance_id = excluded.instance_id,
      claim_token = excluded.claim_token,
      lease_expires_at = excluded.lease_expires_at,
      bound_by_claim = excluded.bound_by_claim,
      settled_at = null;
    update public.agents as a set executor_id = _executor, agent_id_short = request.agent_id_short
    where a.id = agent.id and (a.executor_id, a.agent_id_short) is distinct from (_executor, request.agent_id_short);
    update public.agent_provision_requests as r
    set status = 'running', executor_id = _executor, picked_up_at = clock_timestamp(), attempts = r.attempts + 1
    where r.id = request.id;
    return next request.id;
  end loop;
end $$;
comment on function private.claim_provision_requests(text, uuid, int, uuid, int, text []) is 'See public.claim_provision_requests. Answers the ids that this token holds.';
select private.restrict_execute('private.claim_provision_requests', variadic '{}');

create function private.describe_claims(_ids uuid [])
returns table (
  request_id uuid, kind text, project_id text, agent_key text, agent_id_short text, display_name text, emoji text,
  role_short text, attempts int, max_attempts int, workspace_prepared boolean
)
language sql stable security definer set search_path = '' as $$
  select r.id, r.kind, r.project_id, r.agent_key, r.agent_id_short, a.name, a.emoji, coalesce(r.role_short, ''),
    r.attempts, r.max_attempts,
    -- Either is written only after the checks: a file of this agent acknowledged, or the step reported as done (an agent
    -- may have no documents). Progress alone would not do, because each attempt begins its own.
    exists (
      select from public.brain_docs as d
      join public.brain_doc_disk as k on k.doc_id = d.id
      where d.project_id = r.project_id and d.agent_key = r.agent_key and k.executor_id = r.executor_id
    )
    or exists (
      select from public.agent_provision_requests as earlier
      where earlier.project_id = r.project_id and earlier.agent_key = r.agent_key
        and earlier.executor_id = r.executor_id and earlier.requested_at >= a.created_at
        and earlier.progress @> '[{"step": "workspace", "state": "done"}]'
    )
  from public.agent_provision_requests as r
  join public.agents as a on a.project_id = r.project_id and a.agent_key = r.agent_key
  where r.id = any(_ids)
  order by r.requested_at, r.id
$$;
comment on function private.describe_claims(uuid []) is 'What an executor needs to know of the requests it holds. Name and emoji are the agent''s, not the request''s.';
select private.restrict_execute('private.describe_claims', variadic '{}');

create function private.claim_and_describe(
  _executor text, _instance uuid, _free_slots int, _claim_token uuid, _lease_seconds int, _project_ids text []
) returns table (
  request_id uuid, kind text, project_id text, agent_key text, agent_id_short text, display_name text, emoji text,
  role_short text, attempts int, max_attempts int, workspace_prepared boolean
)
language plpgsql security definer set search_path = '' as $$
declare
  ids uuid [];
begin
  ids := array(
    select private.claim_provision_requests(
      _executor, _instance, _free_slots, _claim_token, _lease_seconds, _project_ids
    )
  );
  -- A statement of its own, so that it sees what the claim has written.
  return query select * from private.describe_claims(ids);
end $$;
comment on function private.claim_and_describe(text, uuid, int, uuid, int, text []) is 'Claims, then describes.';
select private.restrict_execute('private.claim_and_describe', 'authenticated', 'service_role');

create function public.claim_provision_requests(
  executor text, instance uuid, free_slots int, claim_token uuid, lease_seconds int default 60,
  project_ids text [] default null
) returns table (
  request_id uuid, kind text, project_id text, agent_key text, agent_id_short text, display_name text, emoji text,
  role_short text, attempts int, max_attempts int, workspace_prepared boolean
)
language sql set search_path = '' as $$
  select * from private.claim_and_describe(executor, instance, free_slots, claim_token, lease_seconds, project_ids)
$$;
comment on function public.claim_provision_requests(text, uuid, int, uuid, int, text []) is
'Takes up to free_slots queued requests for this executor, oldest first, under a lease. The same claim_token answers the same rows again.';
select private.restrict_execute('public.claim_provision_requests', 'authenticated', 'service_role');

create function private.held_lease(_request_id uuid, _claim_token uuid) returns private.request_leases
language plpgsql security definer set search_path = '' as $$
declare
  lease private.request_leases;
begin
  select * into lease from private.request_leases as l
  where l.request_id = _request_id and l.claim_token = _claim_token
  for update;
  if found then
    perform private.require_executor(lease.executor_id);
  end if;
  return lease;
end $$;
comment on function private.held_lease(uuid, uuid) is 'The lease that this token took, settled or not, locked; or null when another claim has replaced it.';
select private.restrict_execute('private.held_lease', variadic '{}');

create function private.renew_provision_lease(
  _request_id uuid, _claim_token uuid, _progress jsonb, _lease_seconds int
) returns table (held boolean, cancel_requested boolean)
language plpgsql security definer set search_path = '' as $$
declare
  lease private.request_leases := private.held_lease(_request_id, _claim_token);
begin
  if lease.request_id is null or lease.settled_at is not null then
    return query select false, false;
    return;
  end if;
  update private.request_leases as l
  set lease_expires_at = clock_timestamp() + make_interval(secs => least(greatest(_lease_seconds, 5), 3600))
  where l.request_id = _request_id;
  if _progress is not null then
    update public.agent_provision_requests as r set progress = _progress
    where r.id = _request_id and r.progress is distinct from _progress;
  end if;
  return query
    select true, r.cancel_requested_at is not null
    from public.agent_provision_requests as r where r.id = _request_id;
end $$;
comment on function private.renew_provision_lease(uuid, uuid, jsonb, int) is 'See public.renew_provision_lease.';
select private.restrict_execute('private.renew_provision_lease', 'authenticated', 'service_role');

create function public.renew_provision_lease(
  request_id uuid, claim_token uuid, progress jsonb default null, lease_seconds int default 60
) returns table (held boolean, cancel_requested boolean)
language sql set search_path = '' as $$
  select * from private.renew_provision_lease(request_id, claim_token, progress, lease_seconds)
$$;
comment on function public.renew_provision_lease(uuid, uuid, jsonb, int) is
'Extends the lease and stores progress when given. held = false: the claim is over, stop and change nothing more.';
select private.restrict_execute('public.renew_provision_lease', 'authenticated', 'service_role');

create function private.read_request_documents(_request_id uuid, _claim_token uuid)
returns table (doc_id uuid, doc_type text, content text, revision int, known_sha256 text [])
language plpgsql security definer set search_path = '' as $$
declare
  lease private.request_leases := private.held_lease(_request_id, _claim_token);
begin
  if lease.request_id is null or lease.settled_at is not null then
    perform private.refuse(409, 'lease_lost', 'This claim is over');
  end if;
  return query
    select d.id, d.doc_type, d.content, d.revision,
      array(select distinct v.sha256 from public.brain_doc_versions as v where v.doc_id = d.id and not v.conflict)
    from public.agent_provision_requests as r
    join public.brain_docs as d on d.project_id = r.project_id and d.agent_key = r.agent_key
    where r.id = _request_id and d.doc_type in ('soul', 'user', 'memory_long')
    order by d.doc_type;
end $$;
comment on function private.read_request_documents(uuid, uuid) is 'See public.read_request_documents.';
select private.restrict_execute('private.read_request_documents', 'authenticated', 'service_role');

create function public.read_request_documents(request_id uuid, claim_token uuid)
returns table (doc_id uuid, doc_type text, content text, revision int, known_sha256 text [])
language sql set search_path = '' as $$
  select * from private.read_request_documents(request_id, claim_token)
$$;
comment on function public.read_request_documents(uuid, uuid) is
'The documents that provisioning seeds, with the hashes of every content they ever had: a file with such a hash is ours.';
select private.restrict_execute('public.read_request_documents', 'authenticated', 'service_role');
