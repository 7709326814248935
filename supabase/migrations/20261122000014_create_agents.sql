-- Creating once and creating many: an answer that was lost can be asked for again, and a batch is made whole or not at all.

create table private.idempotency_keys (
  requested_by text not null,
  key uuid not null,
  command_sha256 text not null,
  answer jsonb not null,
  created_at timestamptz not null default now(),
  primary key (requested_by, key)
);
comment on table private.idempotency_keys is 'What was answered under each Idempotency-Key, and to which command. A key is its caller''s own. Pruned after 24 hours.';
create index idempotency_keys_created_at_idx on private.idempotency_keys (created_at);
alter table private.idempotency_keys enable row level security;
revoke all on private.idempotency_keys from public, anon, authenticated, service_role;

create function private.answer_once(_requested_by text, _key uuid, _command_sha256 text) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  earlier private.idempotency_keys;
begin
  -- The lock of create_agent, taken before the look: of two calls with one key the second waits for the first's answer.
  perform pg_advisory_xact_lock(hashtextextended('hatchery.create_agent', 0));
  select * into earlier from private.idempotency_keys as k where k.requested_by = _requested_by and k.key = _key;
  if earlier.command_sha256 <> _command_sha256 then
    perform private.refuse(
      422, 'idempotency_key_reused', 'This Idempotency-Key was used for another command',
      'Send a new key with a new command', 'Idempotency-Key'
    );
  end if;
  return earlier.answer;
end $$;
comment on function private.answer_once(text, uuid, text) is 'What this caller was answered under this key, or null; until the transaction ends nobody else creates.';
select private.restrict_execute('private.answer_once', variadic '{}');

create function private.create_agent_once(
  _project_id text, _agent_key text, _agent_id_short text, _display_name text, _emoji text, _role_short text,
  _color text, _executor text, _requested_by text, _documents jsonb, _id_token text, _key uuid, _command_sha256 text
) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  answer jsonb := private.answer_once(_requested_by, _key, _command_sha256);
begin
  if answer is not null then
    return answer;
  end if;
  answer := private.create_agent(
    _project_id, _agent_key, _agent_id_short, _display_name, _emoji, _role_short, _color, _executor, _requested_by,
    _documents, _id_token
  );
  insert into private.idempotency_keys (requested_by, key, command_sha256, answer)
  select _requested_by, _key, _command_sha256, answer where _key is not null;
  return answer;
end $$;
comment on function private.create_agent_once(text, text, text, text, text, text, text, text, text, jsonb, text, uuid, text) is 'See public.create_agent.';
select private.restrict_execute('private.create_agent_once', 'service_role');

-- Asked only by the functions of this chapter from here on.
select private.restrict_execute('private.create_agent', variadic '{}');

drop function public.create_agent(text, text, text, text, text, text, jsonb, text, text, text, text);
create function public.create_agent(
  project_id text, agent_id_short text, display_name text, emoji text, role_short text, requested_by text,
  documents jsonb, id_token text, agent_key text default null, color text default null, executor text default null,
  idempotency_key uuid default null, command_sha256 text default null
) returns jsonb
language sql set search_path = '' as $$
  select private.create_agent_once(
    project_id, agent_key, agent_id_short, display_name, emoji, role_short, color, executor, requested_by, documents,
    id_token, idempotency_key, command_sha256
  )
$$;
comment on function public.create_agent(text, text, text, text, text, text, jsonb, text, text, text, text, uuid, text) is
'Makes an agent, its status, its documents [{doc_type, content}] and its queued request; answers {agent, request}. Without agent_key the id is made free from agent_id_short. id_token in the documents becomes the id. With an idempotency_key that this caller used before: the answer of then, or 422 when the command''s hash differs.';
select private.restrict_execute('public.create_agent', 'service_role');

create function private.create_agents(_agents jsonb, _requested_by text, _key uuid, _command_sha256 text)
returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  answer jsonb := private.answer_once(_requested_by, _key, _command_sha256);
  created jsonb := '[]';
  refusals jsonb := '[]';
  wanted jsonb;
  position int := -1;
  _state text;
  _message text;
  _detail text;
  _hint text;
  first_state text;
begin
  if answer is not null then
    return answer;
  end if;
  for wanted in select value from jsonb_array_elements(_agents)
  loop
    position := position + 1;
    begin
      created := created || private.create_agent(
        wanted ->> 'project_id', wanted ->> 'agent_key', wanted ->> 'agent_id_short', wanted ->> 'display_name',
        wanted ->> 'emoji', wanted ->> 'role_short', wanted ->> 'color', wanted ->> 'executor', _requested_by,
        wanted -> 'documents', wanted ->> 'id_token'
      );
    exception when sqlstate 'PT400' or sqlstate 'PT404' or sqlstate 'PT409' or sqlstate 'PT429' then
      get stacked diagnostics
        _state = returned_sqlstate, _message = message_text, _detail = pg_exception_detail, _hint = pg_exception_hint;
      first_state := coalesce(first_state, _state);
      refusals := refusals || jsonb_strip_nulls(
        _detail::jsonb || jsonb_build_object('index', position, 'message', _message, 'hint', nullif(_hint, ''))
      );
    end;
  end loop;

  if first_state is not null then
    raise exception using
      errcode = first_state,
      message = format(
        '%s of %s agents cannot be created, so none was', jsonb_array_length(refusals), jsonb_array_length(_agents)
      ),
      detail = jsonb_build_object('code', refusals -> 0 -> 'code', 'errors', refusals)::text,
      hint = 'Mend those and send all of them again';
  end if;
  answer := jsonb_build_object('agents', created);
  insert into private.idempotency_keys (requested_by, key, command_sha256, answer)
  select _requested_by, _key, _command_sha256, answer where _key is not null;
  return answer;
end $$;
comment on function private.create_agents(jsonb, text, uuid, text) is 'See public.create_agents.';
select private.restrict_execute('private.create_agents', 'service_role');

create function public.create_agents(
  agents jsonb, requested_by text, idempotency_key uuid default null, command_sha256 text default null
) returns jsonb
language sql set search_path = '' as $$
  select private.create_agents(agents, requested_by, idempotency_key, command_sha256)
$$;
comment on function public.create_agents(jsonb, text, uuid, text) is
'create_agent for each of [{project_id, agent_key?, agent_id_short, display_name, emoji, role_short, color?, executor?, documents, id_token}], all or none; answers {agents: [{agent, request}]} in that order. A refusal carries {code, errors: [{index, code, message, field?, hint?}]} as details.';
select private.restrict_execute('public.create_agents', 'service_role');

-- The watchdog, with one more thing to prune.
create or replace function private.fail_stuck_requests() returns table (requeued int, failed int, expired int)
language plpgsql security definer set search_path = '' as $$
declare
  request public.agent_provision_requests;
  keep_days int := private.setting('keep_requests_days')::int;
  expire_days int := private.setting('expire_after_days')::int;
begin
  if not private.acts_as(null) then
    perform private.refuse(403, 'forbidden', 'Only an executor or the function sweeps the queue');
  end if;
  requeued := 0;
  failed := 0;
  expired := 0;

  -- Re-checked under the row's lock: a renewal that came first wins. The lease decides, never how long a row waited.
  for request in
    select r.* from public.agent_provision_requests as r
    join private.request_leases as l on l.request_id = r.id
    where r.status = 'running' and l.settled_at is null and l.lease_expires_at < clock_timestamp()
    for update of l skip locked
  loop
    if request.attempts < request.max_attempts then
      perform private.queue_again(request.id, private.backoff(request.attempts));
      requeued := requeued + 1;
    else
      perform private.settle_as_error(request.id, jsonb_build_object(
        'code', 'lease_expired',
        'message', 'The executor stopped answering while it worked on this',
        'hint', 'Check that the Mac mini is on and connected, then retry'
      ));
      failed := failed + 1;
    end if;
    -- Not settled by its holder: one that wakes up now is to hear that it lost, not that it was heard before.
    delete from private.request_leases as l where l.request_id = request.id;
  end loop;

  for request in
    select r.* from public.agent_provision_requests as r
    where r.status = 'queued' and r.attempts = 0 and r.requested_at < now() - make_interval(days => expire_days)
    for update skip locked
  loop
    perform private.settle_as_error(request.id, jsonb_build_object(
      'code', 'expired',
      'message', format('No executor picked this up for %s days', expire_days),
      'hint', 'Start the executor on the Mac mini, then retry'
    ));
    expired := expired + 1;
  end loop;

  delete from public.agent_provision_requests as r
  where r.status in ('done', 'error') and r.completed_at < now() - make_interval(days => keep_days);
  delete from private.idempotency_keys as k where k.created_at < now() - interval '24 hours';

  return next;
end $$;
comment on function public.fail_stuck_requests() is
'Running with an expired lease: queued again with backoff, or error lease_expired. Queued and never tried for 30 days: error expired. Finished for 90 days, and answers kept for 24 hours: removed. Called on every sweep and by the function.';

notify pgrst, 'reload schema';
