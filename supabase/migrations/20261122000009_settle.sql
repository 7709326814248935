-- Settling: done, error, queued again, or given back; each only with the token of the claim.

create function private.complete_provision_request(
  _request_id uuid, _claim_token uuid, _result jsonb, _runtime_agents jsonb
) returns text
language plpgsql security definer set search_path = '' as $$
declare
  lease private.request_leases := private.held_lease(_request_id, _claim_token);
  request public.agent_provision_requests;
begin
  if lease.request_id is null then
    return 'lost';
  elsif lease.settled_at is not null then
    return 'already_settled';
  end if;
  select * into request from public.agent_provision_requests as r where r.id = _request_id for update;
  if _result ->> 'agentId' is distinct from request.agent_id_short or _result ->> 'workspaceDir' is null
    or jsonb_typeof(_runtime_agents) is distinct from 'array'
  then
    perform private.refuse(400, 'invalid_request', 'The result names another agent, no workspace, or comes without a list');
  end if;

  update public.agents as a
  set provisioned = true,
    agent_id_short = request.agent_id_short,
    workspace_path = _result ->> 'workspaceDir',
    executor_id = lease.executor_id
  where a.project_id = request.project_id and a.agent_key = request.agent_key;
  if not found then
    perform private.settle_as_error(_request_id, jsonb_build_object(
      'code', 'not_found', 'message', 'The agent of this request does not exist any more'
    ));
    return 'settled';
  end if;
  update public.agent_provision_requests as r
  set status = 'done', completed_at = clock_timestamp(), result = _result
  where r.id = _request_id;
  update private.request_leases as l set settled_at = clock_timestamp() where l.request_id = _request_id;
  insert into public.activities (project_id, type, message, actor_agent_key)
  values (
    request.project_id, 'agent_provisioned', format('%s is live', request.display_name), request.agent_key
  );
  -- Stored even when it says what it said before: a list from after completed_at is what calls this agent live.
  insert into public.executor_runtime as x (executor_id, agents, published_at)
  select e.id, _runtime_agents, clock_timestamp() from public.executors as e where e.id = lease.executor_id
  on conflict (executor_id) do update set agents = excluded.agents, published_at = excluded.published_at;
  return 'settled';
end $$;
comment on function private.complete_provision_request(uuid, uuid, jsonb, jsonb) is 'See public.complete_provision_request.';
select private.restrict_execute('private.complete_provision_request', 'authenticated', 'service_role');

create function public.complete_provision_request(
  request_id uuid, claim_token uuid, result jsonb, runtime_agents jsonb
) returns text
language sql set search_path = '' as $$
  select private.complete_provision_request(request_id, claim_token, result, runtime_agents)
$$;
comment on function public.complete_provision_request(uuid, uuid, jsonb, jsonb) is
'Done and provisioned, together, with the list that proves it. Answers settled, already_settled (said before) or lost (another claim has it). Never writes document content.';
select private.restrict_execute('public.complete_provision_request', 'authenticated', 'service_role');

create function private.fail_provision_request(
  _request_id uuid, _claim_token uuid, _error jsonb, _permanent boolean, _diagnostics text
) returns text
language plpgsql security definer set search_path = '' as $$
declare
  lease private.request_leases := private.held_lease(_request_id, _claim_token);
  request public.agent_provision_requests;
begin
  if lease.request_id is null then
    return 'lost';
  elsif lease.settled_at is not null then
    return 'already_settled';
  end if;
  select * into request from public.agent_provision_requests as r where r.id = _request_id for update;
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
comment on function private.fail_provision_request(uuid, uuid, jsonb, boolean, text) is 'See public.fail_provision_request.';
select private.restrict_execute('private.fail_provision_request', 'authenticated', 'service_role');

create function private.queue_again(_request_id uuid, _delay interval) returns void
language sql security definer set search_path = '' as $$
  -- The binding to an executor stays, or two Macs would both make the agent; so does the progress, which says how far
  -- the last attempt came.
  update public.agent_provision_requests as r
  set status = 'queued', run_after = clock_timestamp() + _delay
  where r.id = _request_id;
  update private.request_leases as l set settled_at = clock_timestamp() where l.request_id = _request_id;
$$;
comment on function private.queue_again(uuid, interval) is 'Back into the queue, not before this delay has passed.';
select private.restrict_execute('private.queue_again', variadic '{}');

create function public.fail_provision_request(
  request_id uuid, claim_token uuid, error jsonb, permanent boolean, diagnostics text default null
) returns text
language sql set search_path = '' as $$
  select private.fail_provision_request(request_id, claim_token, error, permanent, diagnostics)
$$;
comment on function public.fail_provision_request(uuid, uuid, jsonb, boolean, text) is
'Ends the attempt: queued again with backoff, or error {code, message, hint?, step?} when permanent or out of attempts. Answers settled, already_settled or lost.';
select private.restrict_execute('public.fail_provision_request', 'authenticated', 'service_role');

create function private.release_provision_request(_request_id uuid, _claim_token uuid) returns text
language plpgsql security definer set search_path = '' as $$
declare
  lease private.request_leases := private.held_lease(_request_id, _claim_token);
begin
  if lease.request_id is null or lease.settled_at is not null then
    return 'lost';
  end if;
  update public.agent_provision_requests as r
  set status = 'queued',
    attempts = r.attempts - 1,
    picked_up_at = null,
    executor_id = case when lease.bound_by_claim then null else r.executor_id end
  where r.id = _request_id;
  if lease.bound_by_claim then
    update public.agents as a set executor_id = null
    from public.agent_provision_requests as r
    where r.id = _request_id and a.project_id = r.project_id and a.agent_key = r.agent_key;
  end if;
  delete from private.request_leases as l where l.request_id = _request_id;
  return 'released';
end $$;
comment on function private.release_provision_request(uuid, uuid) is 'See public.release_provision_request.';
select private.restrict_execute('private.release_provision_request', 'authenticated', 'service_role');

create function public.release_provision_request(request_id uuid, claim_token uuid) returns text
language sql set search_path = '' as $$
  select private.release_provision_request(request_id, claim_token)
$$;
comment on function public.release_provision_request(uuid, uuid) is
'Gives back a claim for which nothing was started: the attempt is not counted, and a binding that the claim made is undone. Answers released or lost.';
select private.restrict_execute('public.release_provision_request', 'authenticated', 'service_role');
