-- Requests under guard: each leaves a trace of who asked, can be called off until OpenClaw is written to, and comes in
-- through the function unless it describes an agent that waits.

alter table public.activities add column if not exists requested_by text;
comment on column public.activities.requested_by is 'User id, anon, service_role or executor:<id>; set by the server. Null: from before, or nobody in particular.';

-- Not definer, so that current_user is the caller, and the functions that know better pass.
create function private.stamp_activity() returns trigger
language plpgsql set search_path = '' as $$
begin
  if current_user in ('anon', 'authenticated') then
    new.requested_by := case tg_op when 'INSERT' then coalesce(auth.uid()::text, 'anon') else old.requested_by end;
  end if;
  return new;
end $$;
comment on function private.stamp_activity() is 'A client that may write activities writes them in its own name.';
select private.restrict_execute('private.stamp_activity', variadic '{}');
create trigger stamp_activity before insert or update on public.activities
for each row execute function private.stamp_activity();

create function private.record_request() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  what text := case new.kind when 'deprovision' then 'Removing' when 'set_identity' then 'Renaming' else 'Setting up' end
    || ' ' || coalesce(new.display_name, new.agent_key);
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
comment on function private.record_request() is 'One activity for each request that is asked for, tried again, cancelled or failed. That one succeeded is said where it is settled.';
select private.restrict_execute('private.record_request', variadic '{}');
create trigger record_request after insert or update of status on public.agent_provision_requests
for each row execute function private.record_request();

-- The policies refuse the same rows, but in words that help nobody. Fires after complete_direct_request, by name.
create function private.guard_direct_request() returns trigger
language plpgsql set search_path = '' as $$
begin
  if current_user in ('anon', 'authenticated') and not (
    private.is_open_to_caller()
    and private.matches_waiting_agent(
      new.project_id, new.agent_key, new.display_name, new.emoji, new.agent_id_short
    )
  ) then
    perform private.refuse(
      403, 'forbidden', 'A request made by hand is one for an agent that waits, in a project that is open', 'Use provision-agent'
    );
  end if;
  return new;
end $$;
comment on function private.guard_direct_request() is 'Refuses clients a request that does not say what a waiting agent says, and among members any.';
select private.restrict_execute('private.guard_direct_request', variadic '{}');
create trigger guard_direct_request before insert on public.agent_provision_requests
for each row execute function private.guard_direct_request();

create function private.require_may_change(_user_id uuid, _request_id uuid) returns void
language plpgsql stable security definer set search_path = '' as $$
declare
  project text;
begin
  select r.project_id into project from public.agent_provision_requests as r where r.id = _request_id;
  -- Whoever may not look hears what they would hear of a request that is not there. Machine users hear what they are.
  if not found or not private.is_machine(_user_id) and not private.may_user(_user_id, coalesce(project, ''), 'read') then
    perform private.refuse(
      404, 'not_found', 'There is no such request', 'Finished requests are removed after a while: reload the page'
    );
  end if;
  perform private.require_may(_user_id, coalesce(project, ''), 'write');
end $$;
comment on function private.require_may_change(uuid, uuid) is 'See public.require_may_change.';
select private.restrict_execute('private.require_may_change', 'service_role');

create function public.require_may_change(user_id uuid, request_id uuid) returns void
language sql stable set search_path = '' as $$
  select private.require_may_change(user_id, request_id)
$$;
comment on function public.require_may_change(uuid, uuid) is
'Refuses a user who may not write in the project of this request: 403 forbidden when they may look at it (and machine users), 404 not_found when they may not.';
select private.restrict_execute('public.require_may_change', 'service_role');

alter table public.agent_provision_requests add column cancel_requested_by text;
comment on column public.agent_provision_requests.cancel_requested_by is 'Who called the request off: user id, anon or service_role; set by the server.';

create function private.cancelled() returns jsonb
language sql immutable set search_path = '' as $$
  select jsonb_build_object('code', 'cancelled', 'message', 'This request was cancelled before it was carried out')
$$;
comment on function private.cancelled() is 'The result of a request that was called off; attempts are added where it is settled.';
select private.restrict_execute('private.cancelled', variadic '{}');

create function private.has_begun_writing(_progress jsonb) returns boolean
language sql immutable parallel safe set search_path = '' as $$
  -- Every step but the first writes to OpenClaw or follows one that did; its start is reported before it begins.
  select exists (select from jsonb_array_elements(_progress) as s where s ->> 'step' <> 'workspace')
$$;
comment on function private.has_begun_writing(jsonb) is 'Whether this progress shows a step from which on OpenClaw may have changed.';
select private.restrict_execute('private.has_begun_writing', variadic '{}');

create function private.cancel_request(_request_id uuid, _requested_by text) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  request public.agent_provision_requests;
begin
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
  if request.status = 'running' then
    if _requested_by = 'anon' then
      perform private.refuse(403, 'forbidden', 'This request is being carried out already', 'Sign in to cancel it');
    end if;
    if private.has_begun_writing(request.progress) then
      perform private.refuse(
        409, 'too_late', 'OpenClaw is being changed already', 'Wait for it to end, then remove the agent if you do not want it'
      );
    end if;
  end if;
  -- One change, of which a page hears once: who called off a queued request, and that it has ended.
  update public.agent_provision_requests as r
  set cancel_requested_at = coalesce(r.cancel_requested_at, clock_timestamp()),
    cancel_requested_by = coalesce(r.cancel_requested_by, _requested_by),
    status = case r.status when 'queued' then 'error' else r.status end,
    completed_at = case r.status when 'queued' then clock_timestamp() else r.completed_at end,
    result = case r.status
      when 'queued' then private.cancelled() || jsonb_build_object('attempts', r.attempts) else r.result
    end
  where r.id = _request_id;
  update private.request_leases as l set settled_at = clock_timestamp()
  where request.status = 'queued' and l.request_id = _request_id and l.settled_at is null;
  select * into request from public.agent_provision_requests as r where r.id = _request_id;
  return jsonb_build_object('request', to_jsonb(request));
end $$;
comment on function private.cancel_request(uuid, text) is 'See public.cancel_request.';
select private.restrict_execute('private.cancel_request', 'service_role');

create function public.cancel_request(request_id uuid, requested_by text) returns jsonb
language sql set search_path = '' as $$
  select private.cancel_request(request_id, requested_by)
$$;
comment on function public.cancel_request(uuid, text) is
'Calls a request off; answers {request}. Queued: error cancelled at once. Running: at the executor''s next word, with cancel_requested_at until then. Refuses not_found, not_cancellable (it ended), too_late (OpenClaw is being written to) and, to anon, a running one.';
select private.restrict_execute('public.cancel_request', 'service_role');

-- The executor hears of it when it next speaks: held = false stops it before it writes. No progress that says that writing
-- begins is stored once the request was called off.
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
  if request.cancel_requested_at is not null and not private.has_begun_writing(request.progress) then
    perform private.settle_as_error(_request_id, private.cancelled());
    return query select false, true;
    return;
  end if;
  update private.request_leases as l
  set lease_expires_at = clock_timestamp() + make_interval(secs => least(greatest(_lease_seconds, 5), 3600))
  where l.request_id = _request_id;
  if _progress is not null then
    update public.agent_provision_requests as r set progress = _progress
    where r.id = _request_id and r.progress is distinct from _progress;
  end if;
  return query select true, request.cancel_requested_at is not null;
end $$;

-- Backoff, a lapsed lease and a claim given back all queue a request again; one that was called off ends instead.
create function private.end_cancelled() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if new.status = 'queued' and old.status = 'running' and new.cancel_requested_at is not null then
    new.status := 'error';
    new.completed_at := clock_timestamp();
    new.result := private.cancelled() || jsonb_build_object('attempts', new.attempts);
  end if;
  return new;
end $$;
comment on function private.end_cancelled() is 'A request that was called off while it ran is not queued again.';
select private.restrict_execute('private.end_cancelled', variadic '{}');
create trigger end_cancelled before update of status on public.agent_provision_requests
for each row execute function private.end_cancelled();

notify pgrst, 'reload schema';
