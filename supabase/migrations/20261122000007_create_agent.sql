-- Creating an agent: its rows and its request, in one transaction.

create function private.runtime_holder(_executor text, _id text, _except uuid) returns text
language sql stable security definer set search_path = '' as $$
  -- Whoever holds this runtime id where the agent is to live: an agent that is live, or whose request is open. At
  -- creation one that is bound nowhere yet counts too, and one that only OpenClaw knows; at the claim (with _except)
  -- only what is bound here counts, so that of two the first one claimed wins.
  select holder from (
    select a.name as holder from public.agents as a
    where a.agent_id_short = _id and a.id is distinct from _except
      and (a.executor_id = _executor or _except is null and (a.executor_id is null or _executor is null))
      and (
        a.provisioned
        or exists (
          select from public.agent_provision_requests as r
          where r.project_id = a.project_id and r.agent_key = a.agent_key and r.status in ('queued', 'running')
        )
      )
    union all
    select listed ->> 'name' from public.executor_runtime as x, jsonb_array_elements(x.agents) as listed
    where _except is null and listed ->> 'id' = _id and (_executor is null or x.executor_id = _executor)
  ) as holders
  limit 1
$$;
comment on function private.runtime_holder(text, text, uuid) is 'The name of the agent that already has this OpenClaw id on this executor (on any, with null), other than the one excepted; or null.';
select private.restrict_execute('private.runtime_holder', variadic '{}');

create function private.free_agent_id(_project_id text, _base text, _executor text) returns text
language plpgsql stable security definer set search_path = '' as $$
declare
  candidate text;
begin
  for suffix in 1..10000 loop
    -- Room for the suffix within the 63 characters of an id.
    candidate := case suffix when 1 then _base else rtrim(left(_base, 57), '-_') || '-' || suffix end;
    if private.is_agent_id(candidate)
      and private.runtime_holder(_executor, candidate, null) is null
      and not exists (
        select from public.agents as a
        where a.project_id = _project_id
          and (a.agent_key = 'agent:' || candidate || ':main' or a.agent_id_short = candidate)
      )
      -- Of an agent that somebody deleted by hand while its request was open.
      and not exists (
        select from public.agent_provision_requests as r
        where r.project_id = _project_id and r.agent_key = 'agent:' || candidate || ':main'
          and r.status in ('queued', 'running')
      )
    then
      return candidate;
    end if;
  end loop;
  perform private.refuse(409, 'agent_id_taken', 'No free id is left for this name', 'Choose another name', 'displayName');
end $$;
comment on function private.free_agent_id(text, text, text) is 'The base itself, or the base with the first free number from 2 on.';
select private.restrict_execute('private.free_agent_id', variadic '{}');

create function private.create_agent(
  _project_id text, _agent_key text, _agent_id_short text, _display_name text, _emoji text, _role_short text,
  _color text, _executor text, _requested_by text, _documents jsonb, _id_token text
) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  agent public.agents;
  request public.agent_provision_requests;
  home text := coalesce(_executor, private.only_executor());
  id text := _agent_id_short;
  holder text;
begin
  -- One creation at a time: what is free now is still free when the rows are written.
  perform pg_advisory_xact_lock(hashtextextended('hatchery.create_agent', 0));

  if not exists (select from public.projects as p where p.id = _project_id) then
    perform private.refuse(404, 'project_not_found', 'This project does not exist', 'Check the project id', 'projectId');
  end if;
  if _executor is not null and not exists (select from public.executors as e where e.id = _executor) then
    perform private.refuse(404, 'executor_not_found', 'This executor has never reported', 'Start it, or choose another', 'executorId');
  end if;
  if (
    select count(*) from public.agent_provision_requests as r
    where r.project_id = _project_id and r.kind = 'provision' and r.requested_at > now() - interval '1 minute'
  ) >= private.setting('creations_per_minute')::int then
    perform private.refuse(429, 'rate_limited', 'Too many agents were created in the last minute', 'Wait a minute and try again');
  end if;

  if _agent_key is null then
    id := private.free_agent_id(_project_id, _agent_id_short, home);
    _agent_key := 'agent:' || id || ':main';
  else
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
    holder := private.runtime_holder(home, id, null);
    if holder is not null then
      perform private.refuse(
        409, 'agent_id_taken', format('OpenClaw already has, or is about to get, an agent with the id %s (%s)', id, holder),
        'Choose another key, or leave it out to get a free one', 'agentKey'
      );
    end if;
  end if;

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
    project_id, agent_key, agent_id_short, display_name, emoji, role_short, executor_id, requested_by
  ) values (_project_id, _agent_key, id, _display_name, _emoji, coalesce(_role_short, ''), home, _requested_by)
  returning * into request;

  return jsonb_build_object('agent', to_jsonb(agent), 'request', to_jsonb(request));
exception when unique_violation then
  -- Another dashboard writes these tables too, and takes no lock of ours.
  perform private.refuse(
    409, 'agent_key_taken', 'An agent with this key was made at the same moment', 'Try again, or choose another key', 'agentKey'
  );
end $$;
comment on function private.create_agent(text, text, text, text, text, text, text, text, text, jsonb, text) is 'See public.create_agent.';
select private.restrict_execute('private.create_agent', 'service_role');

create function public.create_agent(
  project_id text, agent_id_short text, display_name text, emoji text, role_short text, requested_by text,
  documents jsonb, id_token text, agent_key text default null, color text default null, executor text default null
) returns jsonb
language sql set search_path = '' as $$
  select private.create_agent(
    project_id, agent_key, agent_id_short, display_name, emoji, role_short, color, executor, requested_by, documents,
    id_token
  )
$$;
comment on function public.create_agent(text, text, text, text, text, text, jsonb, text, text, text, text) is
'Makes an agent, its status, its documents [{doc_type, content}] and its queued request; answers {agent, request}. Without agent_key the id is made free from agent_id_short. id_token in the documents becomes the id.';
select private.restrict_execute('public.create_agent', 'service_role');
