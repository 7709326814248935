-- Instances: of several processes under one executor id one works, and the others wait until it has been silent for a
-- minute. And a row that the database itself refuses to change stops nobody but itself.

create function private.require_instance(_executor text, _instance uuid) returns void
language plpgsql stable security definer set search_path = '' as $$
declare
  seen_at timestamptz;
begin
  select e.last_seen_at into seen_at from public.executors as e
  where e.id = _executor and e.instance_id is distinct from _instance;
  if seen_at is not null then
    perform private.refuse(
      409, 'executor_held',
      format(
        'Another process works as executor %s, and was seen %s s ago',
        _executor, greatest(0, round(extract(epoch from clock_timestamp() - seen_at)))
      ),
      'Stop one of the two, or give it an id of its own in EXECUTOR_ID; 60 s after the other''s last word this one takes over'
    );
  end if;
end $$;
comment on function private.require_instance(text, uuid) is 'Refuses executor_held (409) to every process but the one whose heartbeat was last accepted for this executor.';
select private.restrict_execute('private.require_instance', variadic '{}');

create function private.oldest_queued_seconds(_executor text, _project_ids text []) returns int
language sql stable security definer set search_path = '' as $$
  select coalesce(
    floor(extract(epoch from clock_timestamp() - min(greatest(r.requested_at, r.run_after))))::int, 0
  )
  from public.agent_provision_requests as r
  where r.status = 'queued' and r.run_after <= clock_timestamp()
    and (r.executor_id is null or r.executor_id = _executor)
    and (_project_ids is null or r.project_id = any(_project_ids))
$$;
comment on function private.oldest_queued_seconds(text, text []) is 'How long the request that has been due for longest, of those that this executor could take, has been due; 0 when none waits.';
select private.restrict_execute('private.oldest_queued_seconds', variadic '{}');

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
    id, display_name, platform, version, contract_version, openclaw_version, workspace_root, instance_id, counters
  ) values (
    _executor, coalesce(_about ->> 'displayName', _executor), _about ->> 'platform', _about ->> 'version',
    (_about ->> 'contractVersion')::int, _about ->> 'openclawVersion', _about ->> 'workspaceRoot', _instance,
    coalesce(_about -> 'counters', '{}')
    || jsonb_build_object('oldestQueuedSeconds', private.oldest_queued_seconds(_executor, projects))
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
    counters = excluded.counters
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
comment on function public.record_heartbeat(text, uuid, jsonb) is
'Says that the executor is there. Answers the database''s time, and when its runtime list was asked for and not yet published. Refuses executor_held while another instance was seen within 60 s, unless about.replaces names it: an earlier process, known to be dead, whose leases end at once.';

create function private.publish_runtime(_executor text, _instance uuid, _agents jsonb) returns void
language plpgsql security definer set search_path = '' as $$
begin
  perform private.require_executor(_executor);
  perform private.require_instance(_executor, _instance);
  insert into public.executor_runtime as r (executor_id, agents, published_at)
  values (_executor, _agents, clock_timestamp())
  on conflict (executor_id) do update set agents = excluded.agents, published_at = excluded.published_at
  where r.agents is distinct from excluded.agents or r.published_at is null or r.requested_at > r.published_at;
end $$;
comment on function private.publish_runtime(text, uuid, jsonb) is 'See public.publish_runtime.';

create or replace function public.publish_runtime(executor text, instance uuid, agents jsonb) returns void
language sql set search_path = '' as $$
  select private.publish_runtime(executor, instance, agents)
$$;
comment on function public.publish_runtime(text, uuid, jsonb) is 'Stores what openclaw agents list says, when it changed or was asked for. Refuses executor_held to an instance that waits.';
drop function private.publish_runtime(text, jsonb);
select private.restrict_execute('private.publish_runtime', 'authenticated', 'service_role');

-- Whatever is in the row, it can be ended: one that cannot would come up first in each claim and each sweep.
create or replace function private.settle_as_error(_request_id uuid, _error jsonb) returns void
language plpgsql security definer set search_path = '' as $$
begin
  begin
    update public.agent_provision_requests as r
    set status = 'error', completed_at = clock_timestamp(), result = _error || jsonb_build_object('attempts', r.attempts)
    where r.id = _request_id;
  exception when integrity_constraint_violation then
    -- Older than a rule that it breaks, so that no change of it is accepted: its copies of the agent's words go.
    update public.agent_provision_requests as r
    set status = 'error', completed_at = clock_timestamp(), result = _error || jsonb_build_object('attempts', r.attempts),
      display_name = coalesce(nullif(r.agent_id_short, ''), r.agent_key), emoji = null, role_short = null
    where r.id = _request_id;
  end;
  update private.request_leases as l set settled_at = clock_timestamp()
  where l.request_id = _request_id and l.settled_at is null;
end $$;

create function private.refused_by_rules(_why text) returns jsonb
language sql immutable set search_path = '' as $$
  select jsonb_build_object(
    'code', 'invalid_row',
    'message', 'The database refuses every change of this request or its agent: ' || left(_why, 200),
    'hint', 'Correct the agent''s name, emoji or id, or remove it and create it again'
  )
$$;
comment on function private.refused_by_rules(text) is 'The result of a request that breaks a rule which is younger than it.';
select private.restrict_execute('private.refused_by_rules', variadic '{}');

create or replace function private.queue_again(_request_id uuid, _delay interval) returns void
language plpgsql security definer set search_path = '' as $$
begin
  -- The binding to an executor stays, or two Macs would both make the agent; so does the progress, which says how far
  -- the last attempt came.
  update public.agent_provision_requests as r
  set status = 'queued', run_after = clock_timestamp() + _delay
  where r.id = _request_id;
  update private.request_leases as l set settled_at = clock_timestamp() where l.request_id = _request_id;
exception when check_violation then
  perform private.settle_as_error(_request_id, private.refused_by_rules(sqlerrm));
end $$;

create function private.claim_request(
  _request public.agent_provision_requests, _executor text, _instance uuid, _claim_token uuid, _lease_seconds int
) returns boolean
language plpgsql security definer set search_path = '' as $$
declare
  agent public.agents;
begin
  select * into agent from public.agents as a
  where a.project_id = _request.project_id and a.agent_key = _request.agent_key
  for update;
  if not found then
    perform private.settle_as_error(_request.id, jsonb_build_object(
      'code', 'not_found', 'message', 'The agent of this request does not exist any more', 'hint', 'Create the agent again'
    ));
    return false;
  end if;
  -- Asked for before the agent went live, and let in behind that: it must not be made a second time.
  if agent.provisioned and _request.kind = 'provision' then
    perform private.settle_as_error(_request.id, jsonb_build_object(
      'code', 'already_done', 'message', 'This agent is live already', 'hint', 'Reload the page'
    ));
    return false;
  end if;
  -- Not by whom: it may be of a project that this one's people know nothing of.
  if private.runtime_holder(_executor, _request.agent_id_short, agent.id) is not null then
    perform private.settle_as_error(_request.id, jsonb_build_object(
      'code', 'agent_id_taken',
      'message', format('Another agent on this executor has the id %s', _request.agent_id_short),
      'hint', 'Create the agent again under another key'
    ));
    return false;
  end if;

  insert into private.request_leases as l (
    request_id, executor_id, instance_id, claim_token, lease_expires_at, bound_by_claim
  ) values (
    _request.id, _executor, _instance, _claim_token, clock_timestamp() + make_interval(secs => _lease_seconds),
    _request.executor_id is null
  )
  on conflict (request_id) do update set
    executor_id = excluded.executor_id,
    instance_id = excluded.instance_id,
    claim_token = excluded.claim_token,
    lease_expires_at = excluded.lease_expires_at,
    bound_by_claim = excluded.bound_by_claim,
    settled_at = null;
  update public.agents as a set executor_id = _executor, agent_id_short = _request.agent_id_short
  where a.id = agent.id and (a.executor_id, a.agent_id_short) is distinct from (_executor, _request.agent_id_short);
  update public.agent_provision_requests as r
  set status = 'running', executor_id = _executor, picked_up_at = clock_timestamp(), attempts = r.attempts + 1
  where r.id = _request.id;
  return true;
-- Only what is wrong with the data: a lock, a lost grant or a trigger that breaks is no fault of this row.
exception when data_exception or integrity_constraint_violation then
  perform private.settle_as_error(_request.id, private.refused_by_rules(sqlerrm));
  return false;
end $$;
comment on function private.claim_request(public.agent_provision_requests, text, uuid, uuid, int) is
'Takes one locked request under a lease; or ends it as error, and answers false, when nobody can ever carry it out.';
select private.restrict_execute('private.claim_request', variadic '{}');

create or replace function private.claim_provision_requests(
  _executor text, _instance uuid, _free_slots int, _claim_token uuid, _lease_seconds int, _project_ids text []
) returns setof uuid
language plpgsql security definer set search_path = '' as $$
declare
  request public.agent_provision_requests;
  taken int := 0;
  ended int;
begin
  perform private.require_executor(_executor);
  if _claim_token is null or coalesce(_free_slots, -1) not between 0 and 50
    or coalesce(_lease_seconds, 0) not between 5 and 3600
  then
    perform private.refuse(400, 'invalid_request', 'Claim 0 to 50 slots, for 5 to 3600 seconds');
  end if;
  -- Two claims of one executor must not both find the same runtime id free.
  perform pg_advisory_xact_lock(hashtextextended('hatchery.claim.' || _executor, 0));
  perform private.require_instance(_executor, _instance);

  -- A reply that was lost costs nothing: the same token gives the same rows.
  return query
    select l.request_id from private.request_leases as l
    where l.claim_token = _claim_token and l.executor_id = _executor and l.settled_at is null;
  if found then
    return;
  end if;

  -- Again while rows were ended instead of taken: an answer without rows says that nothing waits.
  loop
    ended := 0;
    for request in
      select r.* from public.agent_provision_requests as r
      where r.status = 'queued' and r.run_after <= now()
        and (r.executor_id is null or r.executor_id = _executor)
        and (_project_ids is null or r.project_id = any(_project_ids))
      order by r.requested_at, r.id
      limit _free_slots - taken
      for update skip locked
    loop
      if private.claim_request(request, _executor, _instance, _claim_token, _lease_seconds) then
        taken := taken + 1;
        return next request.id;
      else
        ended := ended + 1;
      end if;
    end loop;
    exit when ended = 0;
  end loop;
end $$;

-- A claim of which files were written already goes back as well, when OpenClaw was not; it stays bound to this machine.
create or replace function private.release_provision_request(_request_id uuid, _claim_token uuid) returns text
language plpgsql security definer set search_path = '' as $$
declare
  lease private.request_leases := private.held_lease(_request_id, _claim_token);
  request public.agent_provision_requests;
begin
  if lease.request_id is null or lease.settled_at is not null then
    return 'lost';
  end if;
  select * into request from public.agent_provision_requests as r where r.id = _request_id for update;
  lease.bound_by_claim := lease.bound_by_claim and request.progress = '[]';
  update public.agent_provision_requests as r
  set status = 'queued',
    attempts = r.attempts - 1,
    picked_up_at = null,
    executor_id = case when lease.bound_by_claim then null else r.executor_id end
  where r.id = _request_id;
  if lease.bound_by_claim then
    update public.agents as a set executor_id = null
    where a.project_id = request.project_id and a.agent_key = request.agent_key;
  end if;
  delete from private.request_leases as l where l.request_id = _request_id;
  return 'released';
end $$;
comment on function public.release_provision_request(uuid, uuid) is
'Gives back a claim for which OpenClaw was not written to: the attempt is not counted, and a binding that the claim made is undone unless it reported progress. Answers released or lost.';

notify pgrst, 'reload schema';
