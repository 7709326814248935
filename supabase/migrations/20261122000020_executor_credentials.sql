-- Credentials of executors: made by enrolling, replaced by enrolling again, and taken away at once.

alter table private.executor_credentials
add column enrolled_by text,
add column revoked_at timestamptz,
add column revoked_by text;
comment on table private.executor_credentials is 'Machine users: the Auth user on the left may call the functions of the executor on the right until revoked_at. A row stays for good: without it the user''s last token would be a person''s.';
create unique index executor_credentials_executor_id_key on private.executor_credentials (executor_id)
where revoked_at is null;

create or replace function private.acts_as(_executor text) returns boolean
language sql stable security definer set search_path = '' as $$
  select case
    -- No claims at all is a direct connection, not a request: PostgREST connects as authenticator and always sets them.
    when auth.role() is null then session_user <> 'authenticator'
    when auth.role() = 'service_role' then true
    else exists (
      select from private.executor_credentials as c
      where c.user_id = auth.uid() and c.executor_id = coalesce(_executor, c.executor_id) and c.revoked_at is null
    )
  end
$$;

create or replace function private.executor_of_caller() returns text
language sql stable security definer set search_path = '' as $$
  select c.executor_id from private.executor_credentials as c where c.user_id = auth.uid() and c.revoked_at is null
$$;
comment on function private.executor_of_caller() is 'The executor whose machine user is calling, or null, also when its credential is revoked.';

create function private.revoke_credentials(_executor text, _revoked_by text) returns uuid []
language sql security definer set search_path = '' as $$
  with revoked as (
    update private.executor_credentials as c set revoked_at = clock_timestamp(), revoked_by = _revoked_by
    where c.executor_id = _executor and c.revoked_at is null
    returning c.user_id
  )
  select coalesce(array_agg(r.user_id), '{}') from revoked as r
$$;
comment on function private.revoke_credentials(text, text) is 'Takes the executor its credential; answers whose it was.';
select private.restrict_execute('private.revoke_credentials', variadic '{}');

create function private.enroll_executor(_user_id uuid, _executor text, _requested_by text) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  replaced uuid [];
begin
  if _executor is null or _executor !~ '^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$' then
    perform private.refuse(400, 'invalid_request', 'Not an executor id', null, 'executorId');
  end if;
  -- Of two who enroll the same executor at once, the later one replaces the earlier; and nobody becomes a member meanwhile.
  perform private.lock_access();
  -- A person who became a machine user would lose every project.
  if _user_id is null or private.is_machine(_user_id)
    or exists (select from public.project_members as m where m.user_id = _user_id)
  then
    perform private.refuse(400, 'invalid_request', 'An executor needs a new user of its own', null, 'userId');
  end if;
  replaced := private.revoke_credentials(_executor, _requested_by);
  insert into private.executor_credentials (user_id, executor_id, enrolled_by)
  values (_user_id, _executor, _requested_by);
  return jsonb_build_object('replaced', to_jsonb(replaced));
end $$;
comment on function private.enroll_executor(uuid, text, text) is 'See public.enroll_executor.';
select private.restrict_execute('private.enroll_executor', 'service_role');

create function public.enroll_executor(user_id uuid, executor_id text, requested_by text) returns jsonb
language sql set search_path = '' as $$
  select private.enroll_executor(user_id, executor_id, requested_by)
$$;
comment on function public.enroll_executor(uuid, text, text) is
'Makes a new Auth user the one that may act as this executor, in place of the user before it, who may do nothing from now on. Answers {replaced: [user ids]}, whose Auth users are no longer needed.';
select private.restrict_execute('public.enroll_executor', 'service_role');

-- An executor serves every project, and reads the documents of each: an owner of one alone may not name it.
create function private.owns_every_project(_user_id uuid) returns boolean
language sql stable security definer set search_path = '' as $$
  select not private.is_machine(_user_id) and exists (select from public.projects) and not exists (
    select from public.projects as p
    where not exists (
      select from public.project_members as m
      where m.project_id = p.id and m.user_id = _user_id and m.role = 'owner'
    )
  )
$$;
comment on function private.owns_every_project(uuid) is 'See public.owns_every_project.';
select private.restrict_execute('private.owns_every_project', 'service_role');

create function public.owns_every_project(user_id uuid) returns boolean
language sql stable set search_path = '' as $$
  select private.owns_every_project(user_id)
$$;
comment on function public.owns_every_project(uuid) is 'Whether this person is an owner of each project there is, and so may enroll and revoke executors, which serve them all.';
select private.restrict_execute('public.owns_every_project', 'service_role');

create function private.revoke_executor(_executor text) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  revoked uuid [];
begin
  if not private.may(null, 'administer')
    or auth.role() = 'authenticated' and not private.owns_every_project(auth.uid())
  then
    perform private.refuse(
      403, 'forbidden', 'Only who owns every project may revoke an executor', 'Use the service role key, or ask such an owner'
    );
  end if;
  -- One that is being enrolled at this moment is revoked too, and not overlooked.
  perform private.lock_access();
  revoked := private.revoke_credentials(_executor, coalesce(auth.uid()::text, auth.role(), session_user));
  if cardinality(revoked) = 0 then
    perform private.refuse(404, 'executor_not_found', 'This executor has no credential that could be revoked');
  end if;
  return jsonb_build_object('revoked', to_jsonb(revoked));
end $$;
comment on function private.revoke_executor(text) is 'See public.revoke_executor.';
select private.restrict_execute('private.revoke_executor', 'authenticated', 'service_role');

create function public.revoke_executor(executor_id text) returns jsonb
language sql set search_path = '' as $$
  select private.revoke_executor(executor_id)
$$;
comment on function public.revoke_executor(text) is
'Takes the executor its credential: it claims, renews and settles nothing from now on, and its leases run out. For the service role and for who owns every project. Answers {revoked: [user ids]}, whose Auth users are no longer needed.';
select private.restrict_execute('public.revoke_executor', 'authenticated', 'service_role');

create function private.list_executor_credentials()
returns table (executor_id text, enrolled_at timestamptz, enrolled_by text, revoked_at timestamptz)
language sql stable security definer set search_path = '' as $$
  select distinct on (c.executor_id) c.executor_id, c.created_at, c.enrolled_by, c.revoked_at
  from private.executor_credentials as c
  order by c.executor_id, c.revoked_at desc nulls first
$$;
comment on function private.list_executor_credentials() is 'See public.list_executor_credentials.';
select private.restrict_execute('private.list_executor_credentials', 'service_role');

create function public.list_executor_credentials()
returns table (executor_id text, enrolled_at timestamptz, enrolled_by text, revoked_at timestamptz)
language sql stable set search_path = '' as $$
  select * from private.list_executor_credentials()
$$;
comment on function public.list_executor_credentials() is 'The newest credential of each executor: when, by whom, and whether it was revoked.';
select private.restrict_execute('public.list_executor_credentials', 'service_role');

notify pgrst, 'reload schema';
