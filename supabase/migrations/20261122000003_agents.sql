-- Agents: what an agent is called, where it lives, and whether it really does.

-- One definition of the field rules for agents and for requests. The browser and the function check more (one RGI
-- emoji, say): these hold whatever writes the row.
create function private.is_one_line(_text text, _least int, _most int) returns boolean
language sql immutable parallel safe set search_path = '' as $$
  select char_length(_text) between _least and _most
    and _text = normalize(_text, NFC)
    and _text !~ '^\s|\s$|\s\s'
    and _text !~ '[\u0001-\u001F\u007F-\u009F\u2028\u2029\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]'
$$;
comment on function private.is_one_line(text, int, int) is 'NFC, trimmed, single spaces, no control, line-break or bidi characters, this many characters.';

create function private.is_emoji(_text text) returns boolean
language sql immutable parallel safe set search_path = '' as $$
  select octet_length(_text) between 1 and 64 and _text !~ '[A-Za-z\s\u0001-\u001F\u007F-\u009F]'
$$;
comment on function private.is_emoji(text) is 'Structure only: at most 64 bytes, no ASCII letters, spaces or controls.';

create function private.is_agent_id(_id text) returns boolean
language sql immutable parallel safe set search_path = '' as $$
  select _id ~ '^[a-z0-9]([a-z0-9_-]{0,61}[a-z0-9])?$'
    and _id not in ('main', 'openclaw', 'crestodian', 'constructor', 'prototype')
$$;
comment on function private.is_agent_id(text) is 'An id that OpenClaw takes as it is and does not keep for itself.';

-- CHECK constraints run as the role that writes.
select private.restrict_execute('private.is_one_line', 'anon', 'authenticated', 'service_role');
select private.restrict_execute('private.is_emoji', 'anon', 'authenticated', 'service_role');
select private.restrict_execute('private.is_agent_id', 'anon', 'authenticated', 'service_role');

alter table public.agents
add column if not exists agent_id_short text,
add column if not exists workspace_path text,
add column if not exists provisioned boolean not null default false,
add column if not exists executor_id text;

-- NOT VALID: rows that were there before stay as they are.
alter table public.agents
add constraint agents_name_check check (private.is_one_line(name, 1, 80)) not valid,
add constraint agents_emoji_check check (private.is_emoji(emoji)) not valid,
add constraint agents_agent_id_short_check check (
  private.is_agent_id(agent_id_short) or agent_key = 'agent:main:main'
) not valid;

comment on table public.agents is 'One row an agent. name and emoji here are the truth; copies on requests are history.';
comment on column public.agents.agent_id_short is 'What OpenClaw calls the agent: the second part of agent_key.';
comment on column public.agents.workspace_path is 'Reported by the executor, which derives it from the id and never reads it from here.';
comment on column public.agents.provisioned is 'Set only by complete_provision_request: openclaw agents list has shown this agent.';
comment on column public.agents.executor_id is 'The executor that holds, or is to hold, this agent.';

create unique index agents_runtime_id_key on public.agents (executor_id, agent_id_short)
where provisioned and executor_id is not null;

-- Existing tables carry table-level grants that column revokes do not bind; a trigger binds everyone. Not definer, so
-- that current_user is the caller, and the functions that own these columns pass.
create function private.guard_runtime_columns() returns trigger
language plpgsql set search_path = '' as $$
begin
  if current_user not in ('anon', 'authenticated') then
    return new;
  end if;
  if tg_op = 'INSERT' and (new.provisioned or new.executor_id is not null)
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
comment on function private.guard_runtime_columns() is 'Refuses clients any change of provisioned, agent_id_short, workspace_path and executor_id.';
select private.restrict_execute('private.guard_runtime_columns', variadic '{}');
create trigger guard_runtime_columns before insert or update on public.agents
for each row execute function private.guard_runtime_columns();

create function private.guard_project_workspace() returns trigger
language plpgsql set search_path = '' as $$
begin
  if current_user in ('anon', 'authenticated') and new.workspace_path is distinct from old.workspace_path then
    perform private.refuse(403, 'forbidden', 'Only the owner of the database sets where a project''s workspace lies');
  end if;
  return new;
end $$;
comment on function private.guard_project_workspace() is 'Refuses clients any change of projects.workspace_path.';
select private.restrict_execute('private.guard_project_workspace', variadic '{}');
create trigger guard_project_workspace before update on public.projects
for each row execute function private.guard_project_workspace();
