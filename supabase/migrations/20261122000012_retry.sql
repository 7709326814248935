-- Retrying: a request that ended as error stays as it ended; a new one of its kind takes its place in the queue.

create function private.retry_request(_request_id uuid, _requested_by text) returns jsonb
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
  if not found then
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
  -- requested_at is not now(): the transaction may have begun long before it got the lock, and the newest request counts.
  -- A direct insert locks no agent, so that an open request may appear even here.
  insert into public.agent_provision_requests (
    project_id, agent_key, agent_id_short, display_name, emoji, role_short, kind, executor_id, requested_at,
    requested_by, retry_of
  ) values (
    agent.project_id, agent.agent_key, coalesce(agent.agent_id_short, split_part(agent.agent_key, ':', 2)), agent.name,
    agent.emoji, coalesce(agent.role, ''), failed.kind, home, clock_timestamp(), _requested_by, failed.id
  )
  on conflict (project_id, agent_key) where status in ('queued', 'running') do nothing
  returning * into request;
  if request.id is null then
    perform private.refuse(409, 'request_open', 'Another request for this agent is not finished yet', 'Wait for it to end');
  end if;
  update public.agents as a set executor_id = home
  where a.id = agent.id and a.executor_id is null and not a.provisioned and home is not null;
  return jsonb_build_object('request', to_jsonb(request));
exception when check_violation then
  -- The rows of an older dashboard were never checked.
  perform private.refuse(
    409, 'not_retryable', 'The key, name, emoji or purpose of this agent is not one that a request may carry',
    'Create the agent again under a new key'
  );
end $$;
comment on function private.retry_request(uuid, text) is 'See public.retry_request.';
select private.restrict_execute('private.retry_request', 'service_role');

create function public.retry_request(request_id uuid, requested_by text) returns jsonb
language sql set search_path = '' as $$
  select private.retry_request(request_id, requested_by)
$$;
comment on function public.retry_request(uuid, text) is
'Queues a new request of the same kind, with the agent''s name, emoji and purpose of today; answers {request}. Refuses not_found, not_retryable (not in error), request_open (the agent has an open one) and already_done (a newer one of the kind succeeded).';
select private.restrict_execute('public.retry_request', 'service_role');

notify pgrst, 'reload schema';
