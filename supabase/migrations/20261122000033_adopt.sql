-- Taking over: an agent that only OpenClaw knows gets its rows at once, and is live when the executor has read its files.

create function private.is_taken_on(_executor text, _id text, _except uuid) returns boolean
language sql stable security definer set search_path = '' as $$
  select exists (
    select from public.agents as a
    where coalesce(a.agent_id_short, split_part(a.agent_key, ':', 2)) = _id and a.id is distinct from _except
      and coalesce(a.executor_id, _executor) = _executor
      and (
        a.provisioned
        or exists (
          select from public.agent_provision_requests as r
          where r.project_id = a.project_id and r.agent_key = a.agent_key and r.status in ('queued', 'running')
        )
      )
  )
$$;
comment on function private.is_taken_on(text, text, uuid) is 'Whether another agent, of any project, is live or about to be under this OpenClaw id on this executor, or may be.';
select private.restrict_execute('private.is_taken_on', variadic '{}');

create function private.adopt_agent(
  _project_id text, _executor text, _agent_id text, _display_name text, _emoji text, _role_short text, _requested_by text
) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  agent public.agents;
  request public.agent_provision_requests;
  home public.executors;
  entry jsonb;
  is_main boolean;
  runtime_id text;
  broken text;
begin
  if not exists (select from public.projects as p where p.id = _project_id) then
    perform private.refuse(404, 'project_not_found', 'This project does not exist', 'Check the project id', 'projectId');
  end if;
  select * into home from public.executors as e where e.id = _executor;
  if not found then
    perform private.refuse(404, 'executor_not_found', 'This executor has never reported', 'Start it, or choose another', 'executorId');
  end if;
  select listed into entry
  from public.executor_runtime as x, jsonb_array_elements(x.agents) as listed
  where x.executor_id = _executor and listed ->> 'id' = _agent_id;
  if not found then
    perform private.refuse(
      409, 'not_in_runtime', 'The last list of this executor shows no agent with this id',
      'Ask for a new list: the agent may be gone, or newer than the list', 'agentId'
    );
  end if;
  is_main := entry -> 'isDefault' = 'true';
  runtime_id := case when is_main then 'main' else _agent_id end;
  if not is_main and not private.is_agent_id(runtime_id) then
    perform private.refuse(400, 'invalid_request', 'The id of this agent is not one that an agent may have here', 'Leave it to OpenClaw', 'agentId');
  end if;
  if not is_main and entry ->> 'workspace' is distinct from rtrim(home.workspace_root, '/') || '/workspace-' || runtime_id then
    perform private.refuse(
      409, 'workspace_elsewhere', format('OpenClaw keeps this agent somewhere else than in workspace-%s under the executor''s root', runtime_id),
      'Move its folder there and tell OpenClaw so; or leave it to OpenClaw', 'agentId'
    );
  end if;

  -- This project may know it: an older dashboard's row, or one whose provisioning met the agent that was there.
  select * into agent from public.agents as a
  where a.project_id = _project_id and coalesce(a.agent_id_short, split_part(a.agent_key, ':', 2)) = runtime_id
  order by a.agent_key = 'agent:' || runtime_id || ':main' desc
  limit 1
  for update;
  -- The lock of create_agent, after that of the agent as in a retry: what is free now is free when the rows are written.
  perform pg_advisory_xact_lock(hashtextextended('hatchery.create_agent', 0));
  request := private.lock_open_request(agent);
  if request.kind = 'deprovision' then
    perform private.refuse_deleting();
  end if;
  if request.kind = 'adopt' and request.executor_id = _executor then
    return jsonb_build_object('agent', to_jsonb(agent), 'request', to_jsonb(request));
  end if;
  if request.id is not null then
    perform private.refuse(409, 'request_open', 'Another request for this agent is not finished yet', 'Wait for it to end');
  end if;
  if agent.provisioned and agent.executor_id is not null then
    perform private.refuse(409, 'agent_live', 'This project has this agent already', 'Reload the page');
  end if;
  -- Not by whom: it may be of a project that the caller knows nothing of.
  if private.is_taken_on(_executor, runtime_id, agent.id) then
    perform private.refuse(
      409, 'agent_id_taken', format('The agent %s on this executor belongs to somebody already', _agent_id), 'Reload the page', 'agentId'
    );
  end if;

  perform set_config('hatchery.author', _requested_by, true);
  if agent.id is null then
    insert into public.agents (project_id, agent_key, name, role, emoji, agent_id_short, executor_id)
    values (
      _project_id, 'agent:' || runtime_id || ':main', coalesce(_display_name, private.listed_name(entry)),
      nullif(_role_short, ''), coalesce(_emoji, private.listed_emoji(entry)), runtime_id, _executor
    )
    returning * into agent;
  else
    update public.agents as a
    set name = coalesce(_display_name, a.name),
      emoji = coalesce(_emoji, a.emoji),
      role = coalesce(nullif(_role_short, ''), a.role),
      agent_id_short = runtime_id,
      executor_id = _executor
    where a.id = agent.id
    returning a.* into agent;
  end if;
  insert into public.agent_status (project_id, agent_key) values (_project_id, agent.agent_key)
  on conflict (project_id, agent_key) do nothing;
  request := private.open_request(agent, 'adopt', _executor, _requested_by);
  return jsonb_build_object('agent', to_jsonb(agent), 'request', to_jsonb(request));
exception
  when unique_violation then
    perform private.refuse(409, 'agent_key_taken', 'An agent with this key was made at the same moment', 'Reload the page', 'agentId');
  when check_violation then
    get stacked diagnostics broken = constraint_name;
    broken := private.field_of(broken);
    if broken is null then
      raise;
    end if;
    perform private.refuse(
      400, 'invalid_request', 'The database does not take this ' || broken, 'Leave out unusual characters', broken
    );
end $$;
comment on function private.adopt_agent(text, text, text, text, text, text, text) is 'See public.adopt_agent.';
select private.restrict_execute('private.adopt_agent', 'service_role');

create function public.adopt_agent(
  project_id text, executor text, agent_id text, requested_by text, display_name text default null,
  emoji text default null, role_short text default null
) returns jsonb
language sql set search_path = '' as $$
  select private.adopt_agent(project_id, executor, agent_id, display_name, emoji, role_short, requested_by)
$$;
comment on function public.adopt_agent(text, text, text, text, text, text, text) is
'Gives an agent that an executor lists, and nobody holds, its rows and a queued adopt; answers {agent, request}. The default agent becomes agent:main:main. Name and emoji are those of the project''s own row, or of the list, unless given. Refuses not_in_runtime, workspace_elsewhere, agent_id_taken, agent_live, agent_deleting, request_open.';
select private.restrict_execute('public.adopt_agent', 'service_role');

create function private.save_request_document(_request_id uuid, _claim_token uuid, _doc_type text, _content text)
returns text
language plpgsql security definer set search_path = '' as $$
declare
  lease private.request_leases := private.held_lease(_request_id, _claim_token);
  request public.agent_provision_requests;
  doc public.brain_docs;
  outcome text;
begin
  if lease.request_id is null or lease.settled_at is not null then
    perform private.refuse(409, 'lease_lost', 'This claim is over');
  end if;
  select * into request from public.agent_provision_requests as r where r.id = _request_id;
  if (
    request.kind = 'adopt' and _doc_type in ('soul', 'user', 'memory_long', 'agents', 'identity')
    or request.kind = 'set_identity' and _doc_type = 'identity'
  ) is not true or _content is null then
    perform private.refuse(400, 'invalid_request', 'A request of this kind brings no such document');
  end if;
  select * into doc from public.brain_docs as d
  where d.project_id = request.project_id and d.agent_key = request.agent_key and d.doc_type = _doc_type
  for update;
  if not found and request.kind = 'set_identity' then
    return 'not_kept';
  end if;

  perform set_config('hatchery.author', 'executor:' || lease.executor_id, true);
  perform set_config('hatchery.source', 'disk', true);
  if doc.id is null then
    insert into public.brain_docs (project_id, agent_key, doc_type, content, updated_by)
    values (request.project_id, request.agent_key, _doc_type, _content, 'executor:' || lease.executor_id)
    returning * into doc;
  elsif doc.content <> _content then
    -- Nobody typed it here: it is empty, a template, what an earlier attempt read, or a file that only the executor writes.
    if _doc_type = 'identity' or doc.content = '' or exists (
      select from public.brain_doc_versions as v
      where v.doc_id = doc.id and v.revision = doc.revision and v.source in ('template', 'disk')
    ) then
      update public.brain_docs as d set content = _content, updated_by = 'executor:' || lease.executor_id
      where d.id = doc.id
      returning d.* into doc;
    else
      select s.outcome into outcome
      from private.save_document_from_disk(lease.executor_id, doc.id, doc.revision, _content) as s;
      return outcome;
    end if;
  end if;
  perform private.acknowledge_document(lease.executor_id, doc.id, doc.revision, private.sha256_of(_content));
  return 'adopted';
end $$;
comment on function private.save_request_document(uuid, uuid, text, text) is 'See public.save_request_document.';
select private.restrict_execute('private.save_request_document', 'authenticated', 'service_role');

create function public.save_request_document(request_id uuid, claim_token uuid, doc_type text, content text)
returns text
language sql set search_path = '' as $$
  select private.save_request_document(request_id, claim_token, doc_type, content)
$$;
comment on function public.save_request_document(uuid, uuid, text, text) is
'A file as it lies in the workspace of the agent of this request: any that is kept, for an adopt; identity alone, for a set_identity. adopted: head is this, and acknowledged. conflict: somebody typed another text, which stays head, and this is kept as a version. not_kept: the identity of this agent is no document here. Refuses lease_lost.';
select private.restrict_execute('public.save_request_document', 'authenticated', 'service_role');

notify pgrst, 'reload schema';
