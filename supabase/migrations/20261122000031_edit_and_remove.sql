-- Editing and removing: what a person asks of an agent that is there already, whatever is under way for it.

create function private.field_of(_constraint text) returns text
language sql immutable set search_path = '' as $$
  select case
    when _constraint in ('agents_name_check', 'agent_provision_requests_display_name_check') then 'displayName'
    when _constraint in ('agents_emoji_check', 'agent_provision_requests_emoji_check') then 'emoji'
    when _constraint = 'agent_provision_requests_role_short_check' then 'roleShort'
    when _constraint in (
      'agents_agent_id_short_check', 'agent_provision_requests_agent_id_short_check',
      'agent_provision_requests_agent_key_check'
    ) then 'agentKey'
  end
$$;
comment on function private.field_of(text) is 'Which field of a command breaks this constraint, or null.';
select private.restrict_execute('private.field_of', variadic '{}');

create function private.edit_agent(
  _project_id text, _agent_key text, _display_name text, _emoji text, _role_short text, _requested_by text
) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  agent public.agents := private.lock_agent(_project_id, _agent_key);
  request public.agent_provision_requests := private.lock_open_request(agent);
  is_renamed boolean := coalesce(_display_name, agent.name) is distinct from agent.name
    or coalesce(_emoji, agent.emoji) is distinct from agent.emoji;
  broken text;
begin
  if request.kind = 'deprovision' then
    perform private.refuse_deleting();
  end if;
  if request.status = 'running' and is_renamed then
    perform private.refuse(
      409, 'request_open', 'OpenClaw is being told of this agent right now', 'Wait for that to end, then change the agent'
    );
  end if;
  if _role_short is not null and not private.is_one_line(_role_short, 0, 160) then
    perform private.refuse(400, 'invalid_request', 'The database does not take this roleShort', 'Leave out unusual characters', 'roleShort');
  end if;

  perform set_config('hatchery.author', _requested_by, true);
  update public.agents as a
  set name = coalesce(_display_name, a.name),
    emoji = coalesce(_emoji, a.emoji),
    role = case when _role_short is null then a.role else nullif(_role_short, '') end
  where a.id = agent.id
  returning a.* into agent;

  if request.status = 'queued' then
    update public.agent_provision_requests as r
    set display_name = coalesce(_display_name, r.display_name),
      emoji = coalesce(_emoji, r.emoji),
      role_short = coalesce(_role_short, r.role_short)
    where r.id = request.id
    returning r.* into request;
  elsif request.id is null and is_renamed and agent.provisioned then
    request := private.open_request(agent, 'set_identity', private.home_of(agent), _requested_by);
  end if;
  return jsonb_build_object(
    'agent', to_jsonb(agent), 'request', case when request.id is not null then to_jsonb(request) end
  );
exception when check_violation then
  -- Whoever calls this has checked the fields, in a runtime whose Unicode may be of another year than the database's.
  get stacked diagnostics broken = constraint_name;
  broken := private.field_of(broken);
  if broken is null then
    raise;
  end if;
  perform private.refuse(
    400, 'invalid_request', 'The database does not take this ' || broken, 'Leave out unusual characters', broken
  );
end $$;
comment on function private.edit_agent(text, text, text, text, text, text) is 'See public.edit_agent.';
select private.restrict_execute('private.edit_agent', 'service_role');

create function public.edit_agent(
  project_id text, agent_key text, requested_by text, display_name text default null, emoji text default null,
  role_short text default null
) returns jsonb
language sql set search_path = '' as $$
  select private.edit_agent(project_id, agent_key, display_name, emoji, role_short, requested_by)
$$;
comment on function public.edit_agent(text, text, text, text, text, text) is
'Changes what is not null; answers {agent, request}. A queued request changes along; a live agent with another name or emoji gets a set_identity; else request is null, or the one that runs. Refuses not_found, agent_deleting, and request_open for another name or emoji while one runs. Documents stay as they are.';
select private.restrict_execute('public.edit_agent', 'service_role');

create function private.may_be_in_openclaw(_agent public.agents) returns boolean
language sql stable security definer set search_path = '' as $$
  select _agent.provisioned or exists (
    select from public.agent_provision_requests as r
    where r.project_id = _agent.project_id and r.agent_key = _agent.agent_key and r.requested_at >= _agent.created_at
      and (r.status = 'done' or r.writing_began_at is not null or private.has_begun_writing(r.progress))
  )
$$;
comment on function private.may_be_in_openclaw(public.agents) is 'Whether any request for this agent got as far as writing to OpenClaw.';
select private.restrict_execute('private.may_be_in_openclaw', variadic '{}');

create function private.remove_agent(_project_id text, _agent_key text, _requested_by text) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  agent public.agents;
  request public.agent_provision_requests;
  is_gone boolean;
begin
  if _agent_key = 'agent:main:main' then
    perform private.refuse(403, 'forbidden', 'The main agent belongs to OpenClaw and cannot be removed', 'Remove OpenClaw itself if you must');
  end if;
  agent := private.lock_agent(_project_id, _agent_key);
  request := private.lock_open_request(agent);
  if request.kind = 'deprovision' then
    return jsonb_build_object('removed', false, 'request', to_jsonb(request));
  end if;
  if request.status = 'running' then
    perform private.refuse(
      409, 'request_open', 'A request for this agent is being carried out right now',
      'Cancel it, or wait for it to end; then remove the agent'
    );
  end if;

  if request.id is not null then
    update public.agent_provision_requests as r
    set status = 'error', completed_at = clock_timestamp(), result = private.cancelled(r),
      cancel_requested_at = clock_timestamp(), cancel_requested_by = _requested_by
    where r.id = request.id
    returning r.* into request;
  end if;
  is_gone := not private.may_be_in_openclaw(agent);
  if is_gone then
    perform private.remove_rows(_project_id, _agent_key, _requested_by);
  else
    request := private.open_request(agent, 'deprovision', private.home_of(agent), _requested_by);
  end if;
  return jsonb_build_object(
    'removed', is_gone, 'request', case when request.id is not null then to_jsonb(request) end
  );
end $$;
comment on function private.remove_agent(text, text, text) is 'See public.remove_agent.';
select private.restrict_execute('private.remove_agent', 'service_role');

create function public.remove_agent(project_id text, agent_key text, requested_by text) returns jsonb
language sql set search_path = '' as $$
  select private.remove_agent(project_id, agent_key, requested_by)
$$;
comment on function public.remove_agent(text, text, text) is
'Removes an agent of which OpenClaw was never told at once, and opens a deprovision for any other; answers {removed, request}. What is queued is cancelled by it; what is being removed already answers the same request. Refuses not_found, request_open while one runs, and forbidden for the main agent.';
select private.restrict_execute('public.remove_agent', 'service_role');

-- As it was, but that it knows of agents which are being removed.
create or replace function private.create_agent(
  _project_id text, _agent_key text, _agent_id_short text, _display_name text, _emoji text, _role_short text,
  _color text, _executor text, _requested_by text, _documents jsonb, _id_token text
) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  agent public.agents;
  request public.agent_provision_requests;
  home text := coalesce(_executor, private.only_executor());
  id text := _agent_id_short;
  broken text;
  -- The next millisecond, because a request counts as its agent's only when it is not older than the agent.
  asked_at timestamptz := date_trunc('milliseconds', now()) + interval '1 millisecond';
begin
  -- One creation at a time: what is free now is still free when the rows are written.
  perform pg_advisory_xact_lock(hashtextextended('hatchery.create_agent', 0));

  if not exists (select from public.projects as p where p.id = _project_id) then
    perform private.refuse(404, 'project_not_found', 'This project does not exist', 'Check the project id', 'projectId');
  end if;
  if _executor is not null and not exists (select from public.executors as e where e.id = _executor) then
    perform private.refuse(404, 'executor_not_found', 'This executor has never reported', 'Start it, or choose another', 'executorId');
  end if;

  if _agent_key is null then
    id := private.free_agent_id(_project_id, _agent_id_short, home);
    _agent_key := 'agent:' || id || ':main';
  else
    if exists (
      select from public.agent_provision_requests as r
      where r.project_id = _project_id and r.agent_key = _agent_key and r.kind = 'deprovision'
        and r.status in ('queued', 'running')
    ) then
      perform private.refuse_deleting();
    end if;
    if exists (select from public.agents as a where a.project_id = _project_id and a.agent_key = _agent_key)
      or exists (
        select from public.agent_provision_requests as r
        where r.project_id = _project_id and r.agent_key = _agent_key and r.status in ('queued', 'running')
      )
    then
      perform private.refuse(
        409, 'agent_key_taken', 'An agent with this key already exists in this project',
        'Choose another key, or leave it out to get a free one', 'agentKey'
      );
    end if;
    -- Not by whom: it may be of a project that the caller knows nothing of.
    if private.runtime_holder(home, id, null) is not null then
      perform private.refuse(
        409, 'agent_id_taken', format('OpenClaw already has, or is about to get, an agent with the id %s', id),
        'Choose another key, or leave it out to get a free one', 'agentKey'
      );
    end if;
  end if;

  -- One millisecond for a whole batch, by which a page knows it, and in it a microsecond for each agent, so that they are
  -- claimed in the order in which they were named.
  select coalesce(max(r.requested_at) + interval '1 microsecond', asked_at) into asked_at
  from public.agent_provision_requests as r
  where r.project_id = _project_id and r.requested_at between asked_at and asked_at + interval '900 microseconds';

  perform set_config('hatchery.author', _requested_by, true);
  perform set_config('hatchery.source', 'template', true);

  insert into public.agents (project_id, agent_key, name, role, emoji, color, agent_id_short, executor_id)
  values (_project_id, _agent_key, _display_name, nullif(_role_short, ''), _emoji, _color, id, home)
  returning * into agent;

  insert into public.agent_status (project_id, agent_key) values (_project_id, _agent_key)
  on conflict (project_id, agent_key) do nothing;

  -- The id is settled only here, so the documents carry a random token in its place.
  insert into public.brain_docs (project_id, agent_key, doc_type, content, updated_by)
  select _project_id, _agent_key, d ->> 'doc_type', replace(d ->> 'content', _id_token, id), _requested_by
  from jsonb_array_elements(_documents) as d
  -- Left over from an agent that somebody deleted by hand: its text stays as a version.
  on conflict (project_id, agent_key, doc_type) do update
  set content = excluded.content, updated_by = excluded.updated_by;

  insert into public.agent_provision_requests (
    project_id, agent_key, agent_id_short, display_name, emoji, role_short, executor_id, requested_at, requested_by
  ) values (
    _project_id, _agent_key, id, _display_name, _emoji, coalesce(_role_short, ''), home, asked_at, _requested_by
  )
  returning * into request;

  return jsonb_build_object('agent', to_jsonb(agent), 'request', to_jsonb(request));
exception
  when unique_violation then
    -- Another dashboard writes these tables too, and takes no lock of ours.
    perform private.refuse(
      409, 'agent_key_taken', 'An agent with this key was made at the same moment', 'Try again, or choose another key', 'agentKey'
    );
  when check_violation then
    -- Whoever calls this has checked the fields, in a runtime whose Unicode may be of another year than the database's.
    get stacked diagnostics broken = constraint_name;
    broken := private.field_of(broken);
    if broken is null then
      raise;
    end if;
    perform private.refuse(
      400, 'invalid_request', 'The database does not take this ' || broken, 'Leave out unusual characters', broken
    );
end $$;

notify pgrst, 'reload schema';
