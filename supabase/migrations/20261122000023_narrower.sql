-- Narrower: creations that nobody can use up for others, and a cancel that knows of every attempt.

-- A trigger, so that every road is limited: the function, a retry, and a row written by hand. Fires after the triggers
-- that say who asked, by name.
create function private.limit_creations() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  is_anon boolean := new.requested_by is not distinct from 'anon';
begin
  -- A direct connection to the database is its owner's.
  if new.kind <> 'provision' or auth.role() is null then
    return new;
  end if;
  -- The lock of create_agent, and one for all projects: of two who write rows of several projects, each in an order of its
  -- own, neither may wait for what the other holds.
  perform pg_advisory_xact_lock(hashtextextended('hatchery.create_agent', 0));
  -- Who signed in and who did not are counted apart, or anybody with the public key could keep everybody from creating.
  if (
    select count(*) from public.agent_provision_requests as r
    where r.project_id = new.project_id and r.kind = 'provision' and r.requested_at > now() - interval '1 minute'
      and (r.requested_by is not distinct from 'anon') = is_anon
  ) >= private.setting('creations_per_minute')::int then
    perform private.refuse(429, 'rate_limited', 'Too many agents were created in the last minute', 'Wait a minute and try again');
  end if;
  return new;
end $$;
comment on function private.limit_creations() is 'Refuses with 429 rate_limited what is more than creations_per_minute in one project, for those who signed in and those who did not.';
select private.restrict_execute('private.limit_creations', variadic '{}');
create trigger limit_creations before insert on public.agent_provision_requests
for each row execute function private.limit_creations();
comment on table private.settings is 'One row a setting: access_mode (open or members), creations_per_minute (a project; for those who signed in, and again for those who did not), expire_after_days, keep_requests_days.';

-- As it was, but for the limit, and for the name of another agent in a refusal.
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
    broken := case
      when broken in ('agents_name_check', 'agent_provision_requests_display_name_check') then 'displayName'
      when broken in ('agents_emoji_check', 'agent_provision_requests_emoji_check') then 'emoji'
      when broken = 'agent_provision_requests_role_short_check' then 'roleShort'
      when broken in (
        'agents_agent_id_short_check', 'agent_provision_requests_agent_id_short_check',
        'agent_provision_requests_agent_key_check'
      ) then 'agentKey'
    end;
    if broken is null then
      raise;
    end if;
    perform private.refuse(
      400, 'invalid_request', 'The database does not take this ' || broken, 'Leave out unusual characters', broken
    );
end $$;

alter table public.agent_provision_requests add column writing_began_at timestamptz;
comment on column public.agent_provision_requests.writing_began_at is 'When the first attempt that wrote to OpenClaw said so; set once. From then on it is too late to cancel what runs.';
update public.agent_provision_requests as r set writing_began_at = clock_timestamp()
where r.status in ('queued', 'running') and private.has_begun_writing(r.progress);

create function private.cancelled(_request public.agent_provision_requests) returns jsonb
language sql immutable set search_path = '' as $$
  select jsonb_strip_nulls(jsonb_build_object(
    'code', 'cancelled',
    'message', 'This request was cancelled before it was carried out',
    'hint', case when _request.writing_began_at is not null
      then 'An earlier attempt may have told OpenClaw of the agent: look at openclaw agents list'
    end,
    'attempts', _request.attempts
  ))
$$;
comment on function private.cancelled(public.agent_provision_requests) is 'The result of a request that was called off.';
select private.restrict_execute('private.cancelled', variadic '{}');

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
  if request.status = 'running' and not is_abandoned then
    if _requested_by = 'anon' then
      perform private.refuse(403, 'forbidden', 'This request is being carried out already', 'Sign in to cancel it');
    end if;
    if request.writing_began_at is not null then
      perform private.refuse(
        409, 'too_late', 'OpenClaw is being changed already', 'Wait for it to end, then remove the agent if you do not want it'
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

create or replace function private.renew_provision_lease(
  _request_id uuid, _claim_token uuid, _progress jsonb, _lease_seconds int
) returns table (held boolean, cancel_requested boolean)
language plpgsql security definer set search_path = '' as $$
declare
  lease private.request_leases := private.held_lease(_request_id, _claim_token);
  request public.agent_provision_requests;
begin
  if lease.request_id is null or lease.settled_at is not null then
    return query select false, false;
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

create or replace function private.end_cancelled() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if new.status = 'queued' and old.status = 'running' and new.cancel_requested_at is not null then
    new.status := 'error';
    new.completed_at := clock_timestamp();
    new.result := private.cancelled(new);
  end if;
  return new;
end $$;

drop function private.cancelled();

notify pgrst, 'reload schema';
