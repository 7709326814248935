-- Members: who may do what in which project, and one restrictive policy a table and verb that asks. While the project is
-- open they let through what every other policy lets through; among members they stand above all of those.

create table public.project_members (
  project_id text not null references public.projects (id) on delete cascade,
  user_id uuid not null,
  role text not null,
  created_at timestamptz not null default now(),
  primary key (project_id, user_id),
  constraint project_members_role_check check (role in ('viewer', 'operator', 'owner'))
);
comment on table public.project_members is 'Who belongs to a project. A viewer reads, an operator changes, an owner also says who belongs. Written by functions alone.';
create index project_members_user_id_idx on public.project_members (user_id);
alter table public.project_members enable row level security;
revoke all on public.project_members from public, anon, authenticated, service_role;
grant select on public.project_members to authenticated;
grant all on public.project_members to service_role;
create policy project_members_select_authenticated on public.project_members for select to authenticated using (true);

-- What a policy asks once a query, not once a row: each stands in it as (select …). Definer, because a policy on
-- project_members that read project_members would ask itself.

create function private.is_machine(_user_id uuid) returns boolean
language sql stable security definer set search_path = '' as $$
  select exists (select from private.executor_credentials as c where c.user_id = _user_id)
$$;
comment on function private.is_machine(uuid) is 'Whether this user is an executor''s, whatever became of its credential: then it is never a person.';
select private.restrict_execute('private.is_machine', variadic '{}');

create function private.executor_of_caller() returns text
language sql stable security definer set search_path = '' as $$
  select c.executor_id from private.executor_credentials as c where c.user_id = auth.uid()
$$;
comment on function private.executor_of_caller() is 'The executor whose machine user is calling, or null.';
select private.restrict_execute('private.executor_of_caller', 'anon', 'authenticated', 'service_role');

create function private.is_open_to_caller() returns boolean
language sql stable security definer set search_path = '' as $$
  select coalesce(private.is_open(), false) and not private.is_machine(auth.uid())
$$;
comment on function private.is_open_to_caller() is 'Whether everything is left to the other policies: nobody asked for members yet, and the caller is no machine.';
select private.restrict_execute('private.is_open_to_caller', 'anon', 'authenticated', 'service_role');

create function private.grants_verb(_role text, _verb text) returns boolean
language sql immutable parallel safe set search_path = '' as $$
  select case _verb
    when 'read' then _role in ('viewer', 'operator', 'owner')
    when 'write' then _role in ('operator', 'owner')
    when 'administer' then _role = 'owner'
    else false
  end
$$;
comment on function private.grants_verb(text, text) is 'The table of roles: viewer reads, operator reads and writes, owner administers too.';
select private.restrict_execute('private.grants_verb', variadic '{}');

create function private.projects_of_caller(_verb text) returns text []
language sql stable security definer set search_path = '' as $$
  select array(
    select m.project_id from public.project_members as m
    where auth.role() = 'authenticated' and m.user_id = auth.uid() and private.grants_verb(m.role, _verb)
      and not private.is_machine(m.user_id)
  )
$$;
comment on function private.projects_of_caller(text) is 'The projects in which the caller''s membership allows this verb: read, write or administer.';
select private.restrict_execute('private.projects_of_caller', 'anon', 'authenticated', 'service_role');

create function private.may_user(_user_id uuid, _project_id text, _verb text) returns boolean
language sql stable security definer set search_path = '' as $$
  select case
    when _user_id is null or private.is_machine(_user_id) then false
    when private.is_open() and _verb in ('read', 'write') then true
    else exists (
      select from public.project_members as m
      where m.user_id = _user_id and m.project_id = coalesce(_project_id, m.project_id)
        and private.grants_verb(m.role, _verb)
    )
  end
$$;
comment on function private.may_user(uuid, text, text) is
'Whether this user may read, write or administer this project (null: any project at all). While the project is open whoever is signed in may read and write; an executor''s machine user never may.';
select private.restrict_execute('private.may_user', variadic '{}');

create function private.may(_project_id text, _verb text) returns boolean
language sql stable security definer set search_path = '' as $$
  select case
    -- No claims at all is a direct connection, not a request: PostgREST connects as authenticator and always sets them.
    when auth.role() is null then session_user <> 'authenticator'
    when auth.role() = 'service_role' then true
    when auth.role() = 'authenticated' then private.may_user(auth.uid(), _project_id, _verb)
    else false
  end
$$;
comment on function private.may(text, text) is 'Whether the caller may read, write or administer this project; with null, any project at all.';
select private.restrict_execute('private.may', 'anon', 'authenticated', 'service_role');

create function private.require_may(_user_id uuid, _project_id text, _verb text) returns void
language plpgsql stable security definer set search_path = '' as $$
begin
  if private.may_user(_user_id, _project_id, _verb) then
    return;
  end if;
  if private.is_machine(_user_id) then
    perform private.refuse(403, 'forbidden', 'An executor''s key is for its own work alone', 'Sign in as a person');
  end if;
  -- Whoever may not even look hears what they would hear of a project that is not there.
  if not private.may_user(_user_id, _project_id, 'read') then
    perform private.refuse(404, 'project_not_found', 'This project does not exist', 'Check the project id', 'projectId');
  end if;
  if _verb = 'administer' then
    perform private.refuse(403, 'forbidden', 'Only an owner of this project may do this', 'Ask an owner');
  end if;
  perform private.refuse(
    403, 'forbidden', 'You may look at this project, but not change it', 'Ask an owner to make you an operator'
  );
end $$;
comment on function private.require_may(uuid, text, text) is 'See public.require_may.';
select private.restrict_execute('private.require_may', 'service_role');

create function public.require_may(user_id uuid, project_id text, verb text) returns void
language sql stable set search_path = '' as $$
  select private.require_may(user_id, project_id, verb)
$$;
comment on function public.require_may(uuid, text, text) is
'Refuses a user who may not read, write or administer this project: 403 forbidden when they may look at it (and machine users), 404 project_not_found when they may not.';
select private.restrict_execute('public.require_may', 'service_role');

create function private.is_home_of(_executor text, _project_id text, _agent_key text) returns boolean
language sql stable security definer set search_path = '' as $$
  select exists (
    select from public.agents as a
    where a.project_id = _project_id and a.agent_key = _agent_key and a.executor_id = _executor
  )
$$;
comment on function private.is_home_of(text, text, text) is 'Whether this agent lives on this executor. Asked by a policy on documents, for machine users, who may not read agents.';
select private.restrict_execute('private.is_home_of', 'anon', 'authenticated', 'service_role');

-- Restrictive: whatever policies an older dashboard brought, these hold besides. A table without row level security asks
-- no policy; set_access_mode looks for such.
do $$
declare
  rule record;
begin
  for rule in
    with verbs (command, verb) as (
      values ('select', 'read'), ('insert', 'write'), ('update', 'write'), ('delete', 'write')
    ),
    places (name, mine) as (
      values
      ('projects', 'id = any ((select private.projects_of_caller(%L))::text [])'),
      ('project_members', 'project_id = any ((select private.projects_of_caller(%L))::text [])'),
      ('agents', 'project_id = any ((select private.projects_of_caller(%L))::text [])'),
      ('agent_status', 'project_id = any ((select private.projects_of_caller(%L))::text [])'),
      ('activities', 'project_id = any ((select private.projects_of_caller(%L))::text [])'),
      ('brain_docs', 'project_id = any ((select private.projects_of_caller(%L))::text [])'),
      ('brain_doc_versions', 'project_id = any ((select private.projects_of_caller(%L))::text [])'),
      ('agent_provision_requests', 'project_id = any ((select private.projects_of_caller(%L))::text [])'),
      ('brain_doc_disk', 'doc_id in (
        select d.id from public.brain_docs as d
        where d.project_id = any ((select private.projects_of_caller(%L))::text [])
      )'),
      -- Machines belong to no project: whoever belongs to any sees them all.
      ('executors', '(select private.may(null, %L))'),
      ('executor_runtime', '(select private.may(null, %L))')
    ),
    -- What an executor must hear of by Realtime, and nothing else.
    machines (name, command, its) as (
      values
      ('agent_provision_requests', 'select', 'case when (select private.executor_of_caller()) is null then false
        else executor_id is null or executor_id = (select private.executor_of_caller()) end'),
      ('executor_runtime', 'select', 'executor_id = (select private.executor_of_caller())'),
      ('brain_docs', 'select', 'case when (select private.executor_of_caller()) is null then false
        else private.is_home_of((select private.executor_of_caller()), project_id, agent_key) end')
    )
    select
      p.name,
      v.command,
      '(select private.is_open_to_caller()) or ' || format(
        p.mine,
        case
          when p.name = 'project_members' and v.command <> 'select'
            or p.name = 'projects' and v.command in ('update', 'delete') then 'administer'
          else v.verb
        end
      ) || coalesce(' or ' || m.its, '') as condition
    from places as p
    cross join verbs as v
    left join machines as m on m.name = p.name and m.command = v.command
  loop
    execute format(
      'create policy %I on public.%I as restrictive for %s to anon, authenticated %s',
      rule.name || '_' || rule.command || '_members', rule.name, rule.command,
      case rule.command
        when 'insert' then format('with check (%s)', rule.condition)
        when 'update' then format('using (%1$s) with check (%1$s)', rule.condition)
        else format('using (%s)', rule.condition)
      end
    );
  end loop;
end $$;

create function private.describe_access() returns table (mode text, roles jsonb, executor_id text)
language sql stable security definer set search_path = '' as $$
  select
    private.setting('access_mode') #>> '{}',
    coalesce(
      (
        select jsonb_object_agg(m.project_id, m.role) from public.project_members as m
        where auth.role() = 'authenticated' and m.user_id = auth.uid() and not private.is_machine(m.user_id)
      ),
      '{}'
    ),
    private.executor_of_caller()
$$;
comment on function private.describe_access() is 'See public.access.';
select private.restrict_execute('private.describe_access', 'anon', 'authenticated', 'service_role');

create view public.access with (security_invoker = true) as
select a.mode, a.roles, a.executor_id from private.describe_access() as a;
comment on view public.access is 'One row for whoever asks: mode (open or members), their roles {project_id: role}, and executor_id for an executor''s machine user.';
revoke all on public.access from public, anon, authenticated, service_role;
grant select on public.access to anon, authenticated, service_role;

notify pgrst, 'reload schema';
