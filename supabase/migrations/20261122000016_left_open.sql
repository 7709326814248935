-- What the chapters before left open: ids made free in one look, answers that outlive their project, older rows, and
-- characters that some engines do not know yet.

-- A database that had the chapter of requests before 20261122000000_sent_round_again existed still holds, open, what its
-- older dashboard had sent round again with an end on it. Nothing that this system opens carries an end.
update public.agent_provision_requests
set status = 'error',
  result = jsonb_build_object(
    'code', 'expired',
    'message', 'This request was made for an earlier system and was never picked up',
    'hint', 'Retry it if you still want the agent',
    'attempts', 0
  )
where status in ('queued', 'running') and completed_at is not null;

create or replace function private.free_agent_id(_project_id text, _base text, _executor text) returns text
language plpgsql stable security definer set search_path = '' as $$
declare
  -- Room for the suffix within the 63 characters of an id.
  stem text := rtrim(left(_base, 57), '-_');
  -- Read once, not once a candidate: fifty agents of one name are tried against thousands. Who holds an id is told as
  -- runtime_holder tells it at creation; the keys are this project's own, also of an agent that was deleted by hand
  -- while its request was open.
  taken text [] := array(
    select held.id from (
      select a.agent_id_short as id from public.agents as a
      where a.project_id = _project_id
        or (a.executor_id is null or _executor is null or a.executor_id = _executor) and (
          a.provisioned or exists (
            select from public.agent_provision_requests as r
            where r.project_id = a.project_id and r.agent_key = a.agent_key and r.status in ('queued', 'running')
          )
        )
      union all
      select split_part(a.agent_key, ':', 2) from public.agents as a where a.project_id = _project_id
      union all
      select split_part(r.agent_key, ':', 2) from public.agent_provision_requests as r
      where r.project_id = _project_id and r.status in ('queued', 'running')
      union all
      select listed ->> 'id' from public.executor_runtime as x, jsonb_array_elements(x.agents) as listed
      where _executor is null or x.executor_id = _executor
    ) as held
    where held.id = _base or starts_with(held.id, stem || '-')
  );
  candidate text;
begin
  for suffix in 1..10000 loop
    candidate := case suffix when 1 then _base else stem || '-' || suffix end;
    if candidate <> all (taken) and private.is_agent_id(candidate) then
      return candidate;
    end if;
  end loop;
  perform private.refuse(409, 'agent_id_taken', 'No free id is left for this name', 'Choose another name', 'displayName');
end $$;

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
  holder text;
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

create function public.read_answer(requested_by text, idempotency_key uuid, command_sha256 text) returns jsonb
language sql set search_path = '' as $$
  select private.answer_once(requested_by, idempotency_key, command_sha256)
$$;
comment on function public.read_answer(text, uuid, text) is
'What this caller was answered under this key, or null. Asked before anything else, so that an answer outlives the project it names; 422 when the command''s hash differs.';
select private.restrict_execute('private.answer_once', 'service_role');
select private.restrict_execute('public.read_answer', 'service_role');
comment on table private.idempotency_keys is 'What was answered under each Idempotency-Key, and to which command. A key is its caller''s own; those who call with the public key alone are one caller. Pruned after 24 hours.';

create function public.read_project_names(ids text []) returns jsonb
language sql stable set search_path = '' as $$
  select coalesce(jsonb_object_agg(p.id, p.name), '{}') from public.projects as p where p.id = any (ids)
$$;
comment on function public.read_project_names(text []) is 'The names of these projects, as {id: name}; without those that do not exist.';
select private.restrict_execute('public.read_project_names', 'service_role');

-- An agent's id is the second part of its key, whoever writes it.
create or replace function private.check_agent_fields() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  broken text := case
    when new.name is distinct from old.name and not private.is_one_line(new.name, 1, 80) then 'name'
    when new.emoji is distinct from old.emoji and not private.is_emoji(new.emoji) then 'emoji'
    when (new.agent_id_short, new.agent_key) is distinct from (old.agent_id_short, old.agent_key) and (
      new.agent_id_short <> split_part(new.agent_key, ':', 2)
      or not private.is_agent_id(new.agent_id_short) and new.agent_key <> 'agent:main:main'
    ) then 'agent_id_short'
  end;
begin
  if broken is not null then
    raise exception using
      errcode = 'check_violation',
      message = format('This %s is not one that an agent may have', broken),
      schema = 'public', table = 'agents', column = broken, constraint = format('agents_%s_check', broken);
  end if;
  return new;
end $$;

create or replace function private.guard_runtime_columns() returns trigger
language plpgsql set search_path = '' as $$
begin
  if current_user not in ('anon', 'authenticated') then
    return new;
  end if;
  if tg_op = 'INSERT' and (new.provisioned or new.executor_id is not null or new.workspace_path is not null)
    or tg_op = 'UPDATE' and (
      new.provisioned is distinct from old.provisioned
      or new.agent_id_short is distinct from old.agent_id_short
      or new.workspace_path is distinct from old.workspace_path
      or new.executor_id is distinct from old.executor_id
    )
  then
    perform private.refuse(
      403, 'forbidden', 'Only the executor says where an agent lives and whether it is provisioned', 'Use provision-agent'
    );
  end if;
  return new;
end $$;
comment on function private.guard_runtime_columns() is 'Refuses clients any change of provisioned, agent_id_short, workspace_path and executor_id; of a new agent they may say its id.';

-- Characters that some engines do not know yet: where one of them stands, Postgres, Deno and Node compose the text around
-- it differently. The same list as TOO_NEW in the contract; a test compares every code point.
create or replace function private.is_one_line(_text text, _least int, _most int) returns boolean
language sql immutable parallel safe set search_path = '' as $$
  select char_length(_text) between _least and _most
    and _text = normalize(_text, NFC)
    and _text !~ '[\u0001-\u001F\u007F-\u009F\u2028\u2029\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]'
    and _text !~ (
      '[\u1ACF-\u1AFF\u0892-\u0897\uA7F1\U000105C0-\U000105FF\U00010D40-\U00010D8F\U00010EC0-\U00010EFC\U00011380-\U000113FF'
      || '\U00016100-\U0001613F\U00016D40-\U00016D7F\U0001E5D0-\U0001E5FF\U0001E6C0-\U0001E6FF]'
    )
    -- The space itself is the only white space, and stands alone and inside.
    and _text !~ '[\u00A0\u1680\u2000-\u200A\u202F\u205F\u3000\uFEFF]|^ | $|  '
    -- White space again, and what a font draws nothing for.
    and (_least = 0 or _text ~ (
      '[^ \u00AD\u034F\u115F\u1160\u17B4\u17B5\u180B-\u180F\u200B-\u200F\u202A-\u202E\u2060-\u206F\u2800\u3164'
      || '\uFE00-\uFE0F\uFEFF\uFFA0\uFFF0-\uFFF8\U0001BCA0-\U0001BCA3\U0001D173-\U0001D17A\U000E0000-\U000E0FFF]'
    ))
$$;
comment on function private.is_one_line(text, int, int) is 'NFC, trimmed, single spaces, no control, line-break or bidi characters, none that is too new, this many characters, and if any then one that can be seen.';

notify pgrst, 'reload schema';
