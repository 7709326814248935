-- Kinds: what each kind of request does to an agent when it is claimed, settled, cancelled and tried again.

-- The main agent is renamed and taken over like any other, but never made and never removed.
alter table public.agent_provision_requests
drop constraint agent_provision_requests_kind_check,
drop constraint agent_provision_requests_agent_id_short_check,
add constraint agent_provision_requests_kind_check
check (kind in ('provision', 'set_identity', 'deprovision', 'adopt')) not valid,
add constraint agent_provision_requests_agent_id_short_check check (
  private.is_agent_id(agent_id_short) or agent_key = 'agent:main:main' and kind in ('set_identity', 'adopt')
) not valid;

create or replace function private.record_request() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  what text := case new.kind
    when 'deprovision' then 'Removing'
    when 'set_identity' then 'Renaming'
    when 'adopt' then 'Taking over'
    else 'Setting up'
  end || ' ' || coalesce(new.display_name, new.agent_key);
  event text;
  words text;
begin
  if tg_op = 'INSERT' then
    event := case when new.retry_of is null then 'agent_requested' else 'request_retried' end;
    words := case when new.retry_of is null then 'was asked for' else 'is tried again' end;
  elsif new.status = 'error' and old.status <> 'error' then
    event := case new.result ->> 'code' when 'cancelled' then 'request_cancelled' else 'request_failed' end;
    words := case new.result ->> 'code'
      when 'cancelled' then 'was cancelled' else 'failed: ' || coalesce(new.result ->> 'message', 'no reason was given')
    end;
  end if;
  insert into public.activities (project_id, type, message, actor_agent_key, requested_by)
  select p.id, event, what || ' ' || words, new.agent_key,
    case event when 'request_cancelled' then new.cancel_requested_by when 'request_failed' then null else new.requested_by end
  -- A request of an older dashboard may name a project that is gone.
  from public.projects as p where p.id = new.project_id and event is not null;
  return null;
end $$;

create function private.listed_entry(_agents jsonb, _agent public.agents) returns jsonb
language sql immutable set search_path = '' as $$
  select listed from jsonb_array_elements(_agents) as listed
  where case _agent.agent_key
    when 'agent:main:main' then listed -> 'isDefault' = 'true'
    else listed ->> 'id' = coalesce(_agent.agent_id_short, split_part(_agent.agent_key, ':', 2))
  end
  limit 1
$$;
comment on function private.listed_entry(jsonb, public.agents) is 'What a runtime list says of this agent, or null. The main agent is the one that OpenClaw calls its default.';
select private.restrict_execute('private.listed_entry', variadic '{}');

create function private.home_of(_agent public.agents) returns text
language sql stable security definer set search_path = '' as $$
  select coalesce(
    _agent.executor_id,
    -- Live since before executors were told apart: it is where it is listed.
    (
      select min(x.executor_id) from public.executor_runtime as x
      where _agent.provisioned and private.listed_entry(x.agents, _agent) is not null
      having count(*) = 1
    ),
    private.only_executor()
  )
$$;
comment on function private.home_of(public.agents) is 'The executor on which this agent lives or is to live; or null when that is not known yet.';
select private.restrict_execute('private.home_of', variadic '{}');

create function private.lock_agent(_project_id text, _agent_key text) returns public.agents
language plpgsql security definer set search_path = '' as $$
declare
  agent public.agents;
begin
  select * into agent from public.agents as a
  where a.project_id = _project_id and a.agent_key = _agent_key
  for update;
  if not found then
    perform private.refuse(404, 'not_found', 'This project has no such agent', 'Reload the page: it may have been removed');
  end if;
  return agent;
end $$;
comment on function private.lock_agent(text, text) is 'The agent, locked: none of its requests is claimed or succeeds meanwhile. Refuses not_found.';
select private.restrict_execute('private.lock_agent', variadic '{}');

create function private.lock_open_request(_agent public.agents) returns public.agent_provision_requests
language plpgsql security definer set search_path = '' as $$
declare
  request public.agent_provision_requests;
begin
  -- Never waits: a claim locks request, then agent, and the agent is locked here already.
  select * into request from public.agent_provision_requests as r
  where r.project_id = _agent.project_id and r.agent_key = _agent.agent_key and r.status in ('queued', 'running')
  for update skip locked;
  if not found then
    select * into request from public.agent_provision_requests as r
    where r.project_id = _agent.project_id and r.agent_key = _agent.agent_key and r.status in ('queued', 'running');
    -- Somebody holds it who claims, reports or settles it at this moment.
    if found then
      request.status := 'running';
    end if;
  end if;
  return request;
end $$;
comment on function private.lock_open_request(public.agents) is 'The open request of an agent that is locked: locked too while it is queued; or null.';
select private.restrict_execute('private.lock_open_request', variadic '{}');

create function private.refuse_deleting() returns void
language sql set search_path = '' as $$
  select private.refuse(
    409, 'agent_deleting', 'This agent is being removed', 'Wait until it is gone, or cancel its removal'
  )
$$;
comment on function private.refuse_deleting() is 'Refuses what would change an agent whose removal is open.';
select private.restrict_execute('private.refuse_deleting', variadic '{}');

create function private.open_request(
  _agent public.agents, _kind text, _executor text, _requested_by text, _retry_of uuid default null
) returns public.agent_provision_requests
language plpgsql security definer set search_path = '' as $$
declare
  request public.agent_provision_requests;
  id text := coalesce(_agent.agent_id_short, split_part(_agent.agent_key, ':', 2));
  -- What an older dashboard called an agent must not keep anybody from removing it.
  is_named boolean := _kind <> 'deprovision' or private.is_one_line(_agent.name, 1, 80);
begin
  if _executor is null and _kind <> 'provision' then
    perform private.refuse(
      404, 'executor_not_found', 'It is not known on which executor this agent lives', 'Ask each executor for its list, and adopt the agent'
    );
  end if;
  -- requested_at is not now(): the transaction may have begun long before it got the lock, and the newest request counts.
  -- A direct insert locks no agent, so that an open request may appear even here.
  insert into public.agent_provision_requests (
    project_id, agent_key, agent_id_short, display_name, emoji, role_short, kind, executor_id, requested_at,
    requested_by, retry_of
  ) values (
    _agent.project_id, _agent.agent_key, id, case when is_named then _agent.name else id end,
    case when _kind <> 'deprovision' or private.is_emoji(_agent.emoji) then _agent.emoji end,
    case when _kind <> 'deprovision' then coalesce(_agent.role, '') else '' end,
    _kind, _executor, clock_timestamp(), _requested_by, _retry_of
  )
  on conflict (project_id, agent_key) where status in ('queued', 'running') do nothing
  returning * into request;
  if request.id is null then
    perform private.refuse(409, 'request_open', 'Another request for this agent is not finished yet', 'Wait for it to end');
  end if;
  return request;
exception when check_violation then
  -- The rows of an older dashboard were never checked.
  perform private.refuse(
    409, 'not_retryable', 'The key, name, emoji or purpose of this agent is not one that a request may carry',
    'Create the agent again under a new key'
  );
end $$;
comment on function private.open_request(public.agents, text, text, text, uuid) is 'A queued request for an agent that is locked, with what it is called now. Refuses request_open.';
select private.restrict_execute('private.open_request', variadic '{}');

-- What an executor is told, and by now also whether the agent was live, and where.
drop function public.claim_provision_requests(text, uuid, int, uuid, int, text []);
drop function private.claim_and_describe(text, uuid, int, uuid, int, text []);
drop function private.describe_claims(uuid []);

create function private.describe_claims(_ids uuid [])
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
    -- may have no documents). Progress alone would not do, because each attempt begins its own.
    exists (
      select from public.brain_docs as d
      join public.brain_doc_disk as k on k.doc_id = d.id
      where d.project_id = r.project_id and d.agent_key = r.agent_key and k.executor_id = r.executor_id
    )
    or exists (
      select from public.agent_provision_requests as earlier
      where earlier.project_id = r.project_id and earlier.agent_key = r.agent_key and earlier.kind = r.kind
        and earlier.executor_id = r.executor_id and earlier.requested_at >= a.created_at
        and earlier.progress @> '[{"step": "workspace", "state": "done"}]'
    ),
    a.provisioned, a.workspace_path
  from public.agent_provision_requests as r
  join public.agents as a on a.project_id = r.project_id and a.agent_key = r.agent_key
  where r.id = any(_ids)
  order by r.requested_at, r.id
$$;
comment on function private.describe_claims(uuid []) is 'What an executor needs to know of the requests it holds. Name and emoji are the agent''s, not the request''s, unless it is to be removed.';
select private.restrict_execute('private.describe_claims', variadic '{}');

create function private.claim_and_describe(
  _executor text, _instance uuid, _free_slots int, _claim_token uuid, _lease_seconds int, _project_ids text []
) returns table (
  request_id uuid, kind text, project_id text, agent_key text, agent_id_short text, display_name text, emoji text,
  role_short text, attempts int, max_attempts int, workspace_prepared boolean, provisioned boolean, workspace_path text
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
  role_short text, attempts int, max_attempts int, workspace_prepared boolean, provisioned boolean, workspace_path text
)
language sql set search_path = '' as $$
  select * from private.claim_and_describe(executor, instance, free_slots, claim_token, lease_seconds, project_ids)
$$;
comment on function public.claim_provision_requests(text, uuid, int, uuid, int, text []) is
'Takes up to free_slots queued requests for this executor, oldest first, under a lease. The same claim_token answers the same rows again.';
select private.restrict_execute('public.claim_provision_requests', 'authenticated', 'service_role');

create function private.listed_name(_entry jsonb) returns text
language sql immutable set search_path = '' as $$
  select case when private.is_one_line(_entry ->> 'name', 1, 80) then _entry ->> 'name' else _entry ->> 'id' end
$$;
comment on function private.listed_name(jsonb) is 'What a runtime list calls an agent, or its id when that is no name for an agent.';
select private.restrict_execute('private.listed_name', variadic '{}');

create function private.listed_emoji(_entry jsonb) returns text
language sql immutable set search_path = '' as $$
  select case when private.is_emoji(_entry ->> 'emoji') then _entry ->> 'emoji' else '🤖' end
$$;
comment on function private.listed_emoji(jsonb) is 'The emoji of an agent in a runtime list, or the default one.';
select private.restrict_execute('private.listed_emoji', variadic '{}');

create function private.remove_rows(_project_id text, _agent_key text, _requested_by text) returns void
language plpgsql security definer set search_path = '' as $$
begin
  perform set_config('hatchery.author', coalesce(_requested_by, ''), true);
  delete from public.agents as a where a.project_id = _project_id and a.agent_key = _agent_key;
  delete from public.agent_status as s where s.project_id = _project_id and s.agent_key = _agent_key;
  delete from public.brain_docs as d where d.project_id = _project_id and d.agent_key = _agent_key;
end $$;
comment on function private.remove_rows(text, text, text) is 'Removes an agent, its status and its documents. Requests, versions and activities stay as history.';
select private.restrict_execute('private.remove_rows', variadic '{}');

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
    return 'already_settled';
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
    return 'settled';
  end if;

  select * into agent from public.agents as a
  where a.project_id = request.project_id and a.agent_key = request.agent_key
  for update;
  if not found and request.kind <> 'deprovision' then
    perform private.settle_as_error(_request_id, jsonb_build_object(
      'code', 'not_found', 'message', 'The agent of this request does not exist any more', 'hint', 'Create the agent again'
    ));
    return 'settled';
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
'Done, with the list that proves it, and what that means for the agent: provisioned (provision, adopt), nothing (set_identity), or gone with its status and documents (deprovision). An adopted agent that is to be called otherwise than it is listed gets a set_identity. Answers settled, already_settled (said before) or lost (another claim has it). Never writes document content.';

-- As it was, but for the hint, which depends on the kind.
create or replace function private.cancel_request(_request_id uuid, _requested_by text) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  request public.agent_provision_requests;
  is_abandoned boolean;
begin
  -- Lease before request, as a renewal and the sweep lock them. What runs by the row alone, because its executor is gone, is
  -- called off like what waits.
  perform from private.request_leases as l
  where l.request_id = _request_id and l.settled_at is null and l.lease_expires_at < clock_timestamp()
  for update;
  is_abandoned := found;
  -- A claim takes this lock, and so does a report that writing begins: what is true below stays true.
  select * into request from public.agent_provision_requests as r where r.id = _request_id for update;
  if not found then
    perform private.refuse(
      404, 'not_found', 'There is no such request', 'Finished requests are removed after a while: reload the page'
    );
  end if;
  if request.status in ('queued', 'running') is not true then
    perform private.refuse(
      409, 'not_cancellable', 'This request has ended',
      case when request.status = 'done' then 'It succeeded' else 'It was not carried out' end
    );
  end if;
  -- Without signing in only what anybody may ask for is called off.
  if _requested_by = 'anon' and request.kind <> 'provision' then
    perform private.refuse(403, 'forbidden', 'Only who is signed in may cancel this request', 'Sign in first');
  end if;
  if request.status = 'running' and not is_abandoned then
    if _requested_by = 'anon' then
      perform private.refuse(403, 'forbidden', 'This request is being carried out already', 'Sign in to cancel it');
    end if;
    if request.writing_began_at is not null then
      perform private.refuse(
        409, 'too_late', 'OpenClaw is being changed already',
        case request.kind
          when 'provision' then 'Wait for it to end, then remove the agent if you do not want it'
          when 'set_identity' then 'Wait for it to end, then give the agent its old name'
          else 'Wait for it to end'
        end
      );
    end if;
  end if;
  -- One change, of which a page hears once: who called off a queued request, and that it has ended.
  update public.agent_provision_requests as r
  set cancel_requested_at = coalesce(r.cancel_requested_at, clock_timestamp()),
    cancel_requested_by = coalesce(r.cancel_requested_by, _requested_by),
    status = case when r.status = 'queued' or is_abandoned then 'error' else r.status end,
    completed_at = case when r.status = 'queued' or is_abandoned then clock_timestamp() else r.completed_at end,
    result = case when r.status = 'queued' or is_abandoned then private.cancelled(r) else r.result end
  where r.id = _request_id;
  -- An executor that wakes up now is to hear that it lost, not that it was heard before.
  delete from private.request_leases as l where is_abandoned and l.request_id = _request_id;
  select * into request from public.agent_provision_requests as r where r.id = _request_id;
  return jsonb_build_object('request', to_jsonb(request));
end $$;

create or replace function private.retry_request(_request_id uuid, _requested_by text) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  failed public.agent_provision_requests;
  agent public.agents;
  request public.agent_provision_requests;
  home text;
begin
  select * into failed from public.agent_provision_requests as r where r.id = _request_id;
  if not found then
    perform private.refuse(
      404, 'not_found', 'There is no such request', 'Finished requests are removed after a while: reload the page'
    );
  end if;
  -- Completing a request updates this row too: from here on none of this agent can succeed unseen. The request itself is
  -- not locked, because a claim locks request, then agent.
  select * into agent from public.agents as a
  where a.project_id = failed.project_id and a.agent_key = failed.agent_key
  for update;
  -- A request to rename or remove an agent that is gone means nothing to the one that has its key now.
  if not found or failed.kind <> 'provision' and failed.requested_at < agent.created_at then
    perform private.refuse(
      404, 'not_found', 'The agent of this request does not exist any more', 'Create the agent again'
    );
  end if;
  select * into failed from public.agent_provision_requests as r where r.id = _request_id;
  if failed.status is distinct from 'error' then
    perform private.refuse(
      409, 'not_retryable', 'Only a request that ended as error can be retried',
      case when failed.status = 'done' then 'It succeeded' else 'Wait for it to end' end
    );
  end if;
  if exists (
    select from public.agent_provision_requests as newer
    where newer.project_id = failed.project_id and newer.agent_key = failed.agent_key and newer.kind = failed.kind
      and newer.status = 'done' and (newer.requested_at, newer.id) > (failed.requested_at, failed.id)
  ) then
    perform private.refuse(409, 'already_done', 'A newer request has already done this', 'Reload the page');
  end if;

  home := coalesce(agent.executor_id, failed.executor_id, private.only_executor());
  request := private.open_request(agent, failed.kind, home, _requested_by, failed.id);
  update public.agents as a set executor_id = home
  where a.id = agent.id and a.executor_id is null and not a.provisioned and home is not null;
  return jsonb_build_object('request', to_jsonb(request));
end $$;

notify pgrst, 'reload schema';
