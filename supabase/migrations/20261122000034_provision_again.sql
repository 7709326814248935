-- Provisioning again: an agent that its executor does not hold any more, or never did; there, or on another one.

create function private.is_missing(_agent public.agents, _executor text) returns boolean
language sql stable security definer set search_path = '' as $$
  select exists (
    select from public.executor_runtime as x
    where x.executor_id = _executor and private.listed_entry(x.agents, _agent) is null
      and x.published_at > coalesce(
        (
          select max(r.completed_at) from public.agent_provision_requests as r
          where r.project_id = _agent.project_id and r.agent_key = _agent.agent_key and r.status = 'done'
            and r.kind in ('provision', 'adopt')
        ),
        '-infinity'
      )
  )
$$;
comment on function private.is_missing(public.agents, text) is 'Whether a list of this executor that is newer than the agent lacks it.';
select private.restrict_execute('private.is_missing', variadic '{}');

create function private.provision_again(_project_id text, _agent_key text, _executor text, _requested_by text)
returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  agent public.agents;
  request public.agent_provision_requests;
  home text;
  target text;
  may_be_there boolean;
  may_live boolean;
begin
  if _agent_key = 'agent:main:main' then
    perform private.refuse(403, 'forbidden', 'OpenClaw makes its main agent itself', 'Adopt it');
  end if;
  if _executor is not null and not exists (select from public.executors as e where e.id = _executor) then
    perform private.refuse(404, 'executor_not_found', 'This executor has never reported', 'Start it, or choose another', 'executorId');
  end if;
  agent := private.lock_agent(_project_id, _agent_key);
  request := private.lock_open_request(agent);
  if request.kind = 'deprovision' then
    perform private.refuse_deleting();
  end if;
  if request.id is not null then
    perform private.refuse(409, 'request_open', 'Another request for this agent is not finished yet', 'Wait for it to end');
  end if;
  home := private.home_of(agent);
  target := coalesce(_executor, home);
  may_be_there := private.may_be_in_openclaw(agent);

  -- What failed half-way is finished where it is; what may live is made again only where it is known to be gone. An executor
  -- that has been silent for an hour is given up by whoever names another one.
  may_live := case
    when target is not distinct from home then agent.provisioned
    else may_be_there and exists (
      select from public.executors as e where e.id = home and e.last_seen_at > clock_timestamp() - interval '1 hour'
    )
  end and not private.is_missing(agent, home);
  if may_live then
    perform private.refuse(
      409, 'agent_live', 'No list of its executor says that this agent is missing there',
      'Ask the executor for a new list, and try again when that lacks the agent'
    );
  end if;
  perform pg_advisory_xact_lock(hashtextextended('hatchery.create_agent', 0));
  -- Not by whom: it may be of a project that the caller knows nothing of.
  if private.is_taken_on(target, coalesce(agent.agent_id_short, split_part(_agent_key, ':', 2)), agent.id)
    or (target is distinct from home or not may_be_there) and exists (
      select from public.executor_runtime as x
      where x.executor_id = target and private.listed_entry(x.agents, agent) is not null
    )
  then
    perform private.refuse(
      409, 'agent_id_taken', 'OpenClaw already has, or is about to get, an agent with this id there',
      'Adopt it, or create the agent under another key', 'executorId'
    );
  end if;

  perform set_config('hatchery.author', _requested_by, true);
  -- It lives nowhere now, so that it becomes live again on the one road that there is.
  update public.agents as a set provisioned = false, workspace_path = null, executor_id = target where a.id = agent.id
  returning a.* into agent;
  request := private.open_request(agent, 'provision', target, _requested_by);
  return jsonb_build_object('agent', to_jsonb(agent), 'request', to_jsonb(request));
end $$;
comment on function private.provision_again(text, text, text, text) is 'See public.provision_again.';
select private.restrict_execute('private.provision_again', 'service_role');

create function public.provision_again(
  project_id text, agent_key text, requested_by text, executor text default null
) returns jsonb
language sql set search_path = '' as $$
  select private.provision_again(project_id, agent_key, executor, requested_by)
$$;
comment on function public.provision_again(text, text, text, text) is
'Queues a provision for an agent that no executor holds; answers {agent, request}. With another executor than its own it moves there, also away from one that has been silent for an hour. Refuses agent_live while it may still be where it was, agent_id_taken, agent_deleting, request_open, not_found, and forbidden for the main agent.';
select private.restrict_execute('public.provision_again', 'service_role');

notify pgrst, 'reload schema';
