-- Settings, who may act as which executor, and the questions that policies ask.

create table private.settings (
  key text primary key,
  value jsonb not null
);
comment on table private.settings is 'One row a setting: access_mode (open or members), creations_per_minute (a project), expire_after_days, keep_requests_days.';
insert into private.settings (key, value) values
('access_mode', '"open"'),
-- Bulk creation makes up to 50 agents in one call; twice that a minute is a script gone wrong.
('creations_per_minute', '100'),
('expire_after_days', '30'),
('keep_requests_days', '90');
alter table private.settings enable row level security;
revoke all on private.settings from public, anon, authenticated, service_role;

create table private.executor_credentials (
  user_id uuid primary key,
  executor_id text not null,
  created_at timestamptz not null default now()
);
comment on table private.executor_credentials is 'Machine users: the Auth user on the left may call the functions of the executor on the right.';
alter table private.executor_credentials enable row level security;
revoke all on private.executor_credentials from public, anon, authenticated, service_role;

create function private.setting(_key text) returns jsonb
language sql stable security definer set search_path = '' as $$
  select s.value from private.settings as s where s.key = _key
$$;
comment on function private.setting(text) is 'The value of one setting.';
select private.restrict_execute('private.setting', 'service_role');

create function private.is_open() returns boolean
language sql stable security definer set search_path = '' as $$
  select s.value = '"open"' from private.settings as s where s.key = 'access_mode'
$$;
comment on function private.is_open() is 'Whether anyone with the public key may read and create requests. Asked by policies, so every querying role may call it.';
select private.restrict_execute('private.is_open', 'anon', 'authenticated', 'service_role');

create function public.read_access_mode() returns text
language sql stable set search_path = '' as $$
  select private.setting('access_mode') #>> '{}'
$$;
comment on function public.read_access_mode() is 'open or members.';
select private.restrict_execute('public.read_access_mode', 'service_role');

create function private.acts_as(_executor text) returns boolean
language sql stable security definer set search_path = '' as $$
  select case
    -- No claims at all is a direct connection, not a request: PostgREST connects as authenticator and always sets them.
    when auth.role() is null then session_user <> 'authenticator'
    when auth.role() = 'service_role' then true
    else exists (
      select from private.executor_credentials as c
      where c.user_id = auth.uid() and c.executor_id = coalesce(_executor, c.executor_id)
    )
  end
$$;
comment on function private.acts_as(text) is 'Whether the caller may act as this executor; with null, as any executor at all.';
select private.restrict_execute('private.acts_as', variadic '{}');

create function private.require_executor(_executor text) returns void
language plpgsql stable set search_path = '' as $$
begin
  if _executor is null or not private.acts_as(_executor) then
    perform private.refuse(403, 'forbidden', 'This key may not act as this executor', 'Enroll the executor again');
  end if;
end $$;
comment on function private.require_executor(text) is 'Refuses with 403 forbidden whoever may not act as this executor.';
select private.restrict_execute('private.require_executor', variadic '{}');
