-- Baseline: the tables that a user's dashboard already has. Where they are absent they are made as that dashboard made
-- them; where they are there, nothing about them changes in this chapter.

create schema if not exists private;
comment on schema private is 'What no client may address: leases, settings, history, and the definer functions behind thin wrappers in public.';
revoke all on schema private from public, anon, authenticated, service_role;
-- Policies and wrappers run as the caller and name functions in here; tables in here are granted to nobody.
grant usage on schema private to anon, authenticated, service_role;

-- Old projects grant EXECUTE on every new function to anon by default privilege, new ones grant nothing to anyone:
-- every function says for itself who may call it, through this.
create function private.restrict_execute(_function text, variadic _roles text []) returns void
language plpgsql set search_path = '' as $$
declare
  signature regprocedure;
begin
  for signature in
    select p.oid::regprocedure from pg_catalog.pg_proc as p
    where p.pronamespace::regnamespace::text || '.' || p.proname = _function
  loop
    execute format('revoke all on function %s from public, anon, authenticated, service_role', signature);
    if cardinality(_roles) > 0 then
      execute format('grant execute on function %s to %s', signature, array_to_string(_roles, ', '));
    end if;
  end loop;
  if signature is null then
    raise exception 'No function is called %', _function;
  end if;
end $$;
comment on function private.restrict_execute(text, text []) is 'Takes EXECUTE on a function from everybody, then grants it to the roles named.';
select private.restrict_execute('private.restrict_execute', variadic '{}');

create function private.refuse(_status int, _code text, _message text, _hint text default null, _field text default null)
returns void
language plpgsql set search_path = '' as $$
begin
  raise exception using
    errcode = 'PT' || _status,
    message = _message,
    detail = jsonb_strip_nulls(jsonb_build_object('code', _code, 'field', _field))::text,
    hint = coalesce(_hint, '');
end $$;
comment on function private.refuse(int, text, text, text, text) is 'Raises a refusal that PostgREST answers with this HTTP status, the sentence as message and {code, field} as details.';
-- Triggers that are not definer refuse as the caller.
select private.restrict_execute('private.refuse', 'anon', 'authenticated', 'service_role');

do $$
begin
  if to_regclass('public.projects') is null then
    create table public.projects (
      id text primary key,
      name text not null,
      workspace_path text,
      created_at timestamptz not null default now(),
      tag text
    );
    alter table public.projects enable row level security;
    revoke all on public.projects from public, anon, authenticated, service_role;
    grant select on public.projects to authenticated;
    create policy projects_select_authenticated on public.projects for select to authenticated using (true);
  end if;

  if to_regclass('public.agents') is null then
    create table public.agents (
      id uuid primary key default gen_random_uuid(),
      project_id text not null references public.projects (id) on delete cascade,
      agent_key text not null,
      name text not null,
      role text,
      emoji text,
      color text,
      created_at timestamptz not null default now(),
      purpose_text text,
      description text,
      unique (project_id, agent_key)
    );
    alter table public.agents enable row level security;
    revoke all on public.agents from public, anon, authenticated, service_role;
    grant select on public.agents to authenticated;
    create policy agents_select_authenticated on public.agents for select to authenticated using (true);
  end if;

  if to_regclass('public.agent_status') is null then
    create table public.agent_status (
      id uuid primary key default gen_random_uuid(),
      project_id text not null references public.projects (id) on delete cascade,
      agent_key text not null,
      state text not null default 'idle' check (state in ('idle', 'working', 'blocked', 'sleeping')),
      current_task_id uuid,
      last_heartbeat_at timestamptz,
      last_activity_at timestamptz not null default now(),
      note text,
      unique (project_id, agent_key)
    );
    alter table public.agent_status enable row level security;
    revoke all on public.agent_status from public, anon, authenticated, service_role;
    grant select on public.agent_status to authenticated;
    create policy agent_status_select_authenticated on public.agent_status for select to authenticated using (true);
  end if;

  if to_regclass('public.brain_docs') is null then
    create table public.brain_docs (
      id uuid primary key default gen_random_uuid(),
      project_id text not null references public.projects (id) on delete cascade,
      agent_key text not null,
      doc_type text not null,
      content text not null default '',
      updated_by text,
      created_at timestamptz not null default now(),
      updated_at timestamptz not null default now(),
      constraint brain_docs_doc_type_check check (
        doc_type in (
          'soul', 'agents', 'user', 'memory_long', 'memory_today', 'mission', 'project_overview', 'capabilities',
          'project_mission', 'project_rules'
        )
      ),
      constraint brain_docs_project_id_agent_key_doc_type_key unique (project_id, agent_key, doc_type)
    );
    alter table public.brain_docs enable row level security;
    revoke all on public.brain_docs from public, anon, authenticated, service_role;
    grant select on public.brain_docs to authenticated;
    create policy brain_docs_select_authenticated on public.brain_docs for select to authenticated using (true);
  end if;

  if to_regclass('public.activities') is null then
    create table public.activities (
      id uuid primary key default gen_random_uuid(),
      project_id text not null references public.projects (id) on delete cascade,
      type text not null,
      message text not null,
      actor_agent_key text,
      task_id uuid,
      created_at timestamptz not null default now(),
      summary text
    );
    alter table public.activities enable row level security;
    revoke all on public.activities from public, anon, authenticated, service_role;
    grant select on public.activities to authenticated;
    create policy activities_select_authenticated on public.activities for select to authenticated using (true);
  end if;
end $$;

-- New projects grant nothing to service_role by default; the function and the executor's own functions need these.
grant select, insert, update, delete
on public.projects, public.agents, public.agent_status, public.brain_docs, public.activities to service_role;
