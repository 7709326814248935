-- Access: who belongs to which project, and whether belonging is asked for at all. For the service role, and for owners.

create function private.require_administer(_project_id text) returns text
language plpgsql stable security definer set search_path = '' as $$
begin
  if not private.may(_project_id, 'administer') then
    if auth.role() is distinct from 'authenticated' then
      perform private.refuse(403, 'forbidden', 'Only an owner of this project may do this', 'Sign in first');
    end if;
    perform private.require_may(auth.uid(), _project_id, 'administer');
  end if;
  return coalesce(auth.uid()::text, auth.role(), session_user::text);
end $$;
comment on function private.require_administer(text) is 'Refuses who does not own this project (null: any project at all); answers who is calling, as activities name them.';
select private.restrict_execute('private.require_administer', variadic '{}');

create function private.lock_access() returns void
language sql set search_path = '' as $$
  -- One change at a time: two owners who remove each other must not both succeed.
  select pg_advisory_xact_lock(hashtextextended('hatchery.access', 0))
$$;
comment on function private.lock_access() is 'Until the transaction ends nobody else changes members or the access mode.';
select private.restrict_execute('private.lock_access', variadic '{}');

create function private.require_other_owner(_project_id text, _user_id uuid) returns void
language plpgsql stable security definer set search_path = '' as $$
begin
  if exists (
    select from public.project_members as m
    where m.project_id = _project_id and m.user_id = _user_id and m.role = 'owner'
  ) and not exists (
    select from public.project_members as m
    where m.project_id = _project_id and m.user_id <> _user_id and m.role = 'owner'
  ) then
    perform private.refuse(
      409, 'last_owner', 'This is the last owner of the project', 'Make somebody else an owner first'
    );
  end if;
end $$;
comment on function private.require_other_owner(text, uuid) is 'Refuses with 409 last_owner when this user is the only one who owns the project.';
select private.restrict_execute('private.require_other_owner', variadic '{}');

create function private.add_member(_project_id text, _user_id uuid, _role text) returns void
language plpgsql security definer set search_path = '' as $$
declare
  who text;
begin
  perform private.lock_access();
  who := private.require_administer(coalesce(_project_id, ''));
  if _user_id is null or coalesce(_role, '') not in ('viewer', 'operator', 'owner') then
    perform private.refuse(400, 'invalid_request', 'A member is a user, as viewer, operator or owner', null, 'role');
  end if;
  if not exists (select from public.projects as p where p.id = _project_id) then
    perform private.refuse(404, 'project_not_found', 'This project does not exist', 'Check the project id', 'projectId');
  end if;
  if private.is_machine(_user_id) then
    perform private.refuse(403, 'forbidden', 'This user is an executor''s, and belongs to no project', 'Add a person');
  end if;
  if _role <> 'owner' then
    perform private.require_other_owner(_project_id, _user_id);
  end if;
  insert into public.project_members as m (project_id, user_id, role) values (_project_id, _user_id, _role)
  on conflict (project_id, user_id) do update set role = excluded.role where m.role <> excluded.role;
  if found then
    insert into public.activities (project_id, type, message, requested_by)
    values (_project_id, 'member_added', format('%s is now %s of this project', _user_id, _role), who);
  end if;
end $$;
comment on function private.add_member(text, uuid, text) is 'See public.add_member.';
select private.restrict_execute('private.add_member', 'authenticated', 'service_role');

create function public.add_member(project_id text, user_id uuid, role text) returns void
language sql set search_path = '' as $$
  select private.add_member(project_id, user_id, role)
$$;
comment on function public.add_member(text, uuid, text) is
'Makes a user viewer, operator or owner of a project, or changes which. For the service role and owners of the project. Refuses to demote the last owner (409 last_owner).';
select private.restrict_execute('public.add_member', 'authenticated', 'service_role');

create function private.remove_member(_project_id text, _user_id uuid) returns void
language plpgsql security definer set search_path = '' as $$
declare
  who text;
begin
  perform private.lock_access();
  who := private.require_administer(coalesce(_project_id, ''));
  perform private.require_other_owner(_project_id, _user_id);
  delete from public.project_members as m where m.project_id = _project_id and m.user_id = _user_id;
  if found then
    insert into public.activities (project_id, type, message, requested_by)
    values (_project_id, 'member_removed', format('%s does not belong to this project any more', _user_id), who);
  end if;
end $$;
comment on function private.remove_member(text, uuid) is 'See public.remove_member.';
select private.restrict_execute('private.remove_member', 'authenticated', 'service_role');

create function public.remove_member(project_id text, user_id uuid) returns void
language sql set search_path = '' as $$
  select private.remove_member(project_id, user_id)
$$;
comment on function public.remove_member(text, uuid) is
'Takes a user out of a project; one who is not in it stays out. For the service role and owners of the project. Refuses to remove the last owner (409 last_owner).';
select private.restrict_execute('public.remove_member', 'authenticated', 'service_role');

create function private.list_access()
returns table (project_id text, project_name text, user_id uuid, role text, member_since timestamptz)
language plpgsql stable security definer set search_path = '' as $$
begin
  perform private.require_administer(null);
  return query
    select p.id, p.name, m.user_id, m.role, m.created_at
    from public.projects as p left join public.project_members as m on m.project_id = p.id
    where private.may(p.id, 'administer')
    order by p.id, m.created_at, m.user_id;
end $$;
comment on function private.list_access() is 'See public.list_access.';
select private.restrict_execute('private.list_access', 'authenticated', 'service_role');

create function public.list_access()
returns table (project_id text, project_name text, user_id uuid, role text, member_since timestamptz)
language sql stable set search_path = '' as $$
  select * from private.list_access()
$$;
comment on function public.list_access() is
'Who belongs to which project; one row with no user for a project without members. The service role sees every project, an owner their own.';
select private.restrict_execute('public.list_access', 'authenticated', 'service_role');

create function private.unguarded_relation() returns text
language sql stable security definer set search_path = '' as $$
  with recursive ours (id) as (
    select c.oid from pg_catalog.pg_class as c
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
      and c.relname = any (array[
        'projects', 'project_members', 'agents', 'agent_status', 'activities', 'brain_docs', 'brain_doc_versions',
        'brain_doc_disk', 'agent_provision_requests', 'executors', 'executor_runtime'
      ])
  ),
  shown (id) as (
    select o.id from ours as o
    union
    select w.ev_class from shown as s
    join pg_catalog.pg_depend as d on d.refclassid = 'pg_catalog.pg_class'::regclass and d.refobjid = s.id
    join pg_catalog.pg_rewrite as w on d.classid = 'pg_catalog.pg_rewrite'::regclass and d.objid = w.oid
  )
  select c.oid::regclass::text from shown as s join pg_catalog.pg_class as c on c.oid = s.id
  where case c.relkind
    -- A view reads as its owner, past every policy, unless it says otherwise; a materialized one always does.
    when 'v' then not exists (
      select from pg_catalog.pg_options_to_table(c.reloptions) as o
      where o.option_name = 'security_invoker' and o.option_value::boolean
    )
    when 'm' then true
    else not c.relrowsecurity
  end and (
    c.relkind not in ('v', 'm')
    -- Of a single column is enough, and so is to write through it.
    or exists (
      select from unnest(array['anon', 'authenticated']) as client
      where has_any_column_privilege(client, c.oid, 'select, insert, update') or has_table_privilege(client, c.oid, 'delete')
    )
  )
  order by 1
  limit 1
$$;
comment on function private.unguarded_relation() is 'A table of ours that asks no policy, or a view that shows one past its policies; or null.';
select private.restrict_execute('private.unguarded_relation', variadic '{}');

create function private.set_access_mode(_mode text) returns void
language plpgsql security definer set search_path = '' as $$
declare
  who text;
  named text;
begin
  perform private.lock_access();
  who := private.require_administer(null);
  if coalesce(_mode, '') not in ('open', 'members') then
    perform private.refuse(400, 'invalid_request', 'The access mode is open or members', null, 'mode');
  end if;
  if exists (select from public.projects as p where not private.may(p.id, 'administer')) then
    perform private.refuse(
      403, 'forbidden', 'Only who owns every project may say who gets in', 'Use the service role key, or ask the other owners'
    );
  end if;
  if _mode = 'members' then
    select p.id into named from public.projects as p
    where not exists (select from public.project_members as m where m.project_id = p.id and m.role = 'owner')
    order by p.id limit 1;
    if found then
      perform private.refuse(
        409, 'no_owner', format('Nobody owns the project %s, so nobody could let anyone in', named), 'Add an owner first'
      );
    end if;
    named := private.unguarded_relation();
    if named is not null then
      perform private.refuse(
        409, 'unguarded', format('%s would still be open to everyone', named),
        'Enable row level security on a table, and security_invoker on a view; then try again'
      );
    end if;
  end if;
  update private.settings as s set value = to_jsonb(_mode) where s.key = 'access_mode' and s.value <> to_jsonb(_mode);
  if found then
    insert into public.activities (project_id, type, message, requested_by)
    select p.id, 'access_changed',
      case _mode when 'open' then 'Whoever signs in may use this project' else 'Only members may use this project' end, who
    from public.projects as p;
  end if;
end $$;
comment on function private.set_access_mode(text) is 'See public.set_access_mode.';
select private.restrict_execute('private.set_access_mode', 'authenticated', 'service_role');

create function public.set_access_mode(mode text) returns void
language sql set search_path = '' as $$
  select private.set_access_mode(mode)
$$;
comment on function public.set_access_mode(text) is
'open: the policies that were there decide. members: nobody gets in who does not belong. For the service role and who owns every project. Refuses members while a project has no owner (409 no_owner) or a table or view would stay open (409 unguarded).';
select private.restrict_execute('public.set_access_mode', 'authenticated', 'service_role');

notify pgrst, 'reload schema';
