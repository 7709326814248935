-- Documents: what each agent is told, every content it ever had, and which revision lies on which disk.

-- Widen the CHECK on doc_type whatever it is called, keeping every value it allows.
do $$
declare
  old record;
begin
  for old in
    select c.conname, pg_get_expr(c.conbin, c.conrelid) as expression
    from pg_catalog.pg_constraint as c
    where c.conrelid = 'public.brain_docs'::regclass and c.contype = 'c'
      and pg_get_expr(c.conbin, c.conrelid) like '%doc_type%'
  loop
    execute format('alter table public.brain_docs drop constraint %I', old.conname);
    execute format(
      'alter table public.brain_docs add constraint %I check ((%s) or doc_type in (''identity'')) not valid',
      old.conname, old.expression
    );
  end loop;
end $$;

alter table public.brain_docs
add column revision int not null default 1,
add constraint brain_docs_content_check check (octet_length(content) <= 1048576) not valid;
comment on table public.brain_docs is 'The head of each document of each agent. doc_type soul is SOUL.md, user USER.md, memory_long MEMORY.md.';
comment on column public.brain_docs.revision is 'Grows by one with every change of content, by trigger.';

create table public.brain_doc_versions (
  id bigint generated always as identity primary key,
  doc_id uuid not null,
  project_id text not null,
  agent_key text not null,
  doc_type text not null,
  revision int,
  content text not null,
  sha256 text not null,
  author text not null,
  source text not null,
  reason text,
  conflict boolean not null default false,
  created_at timestamptz not null default now(),
  constraint brain_doc_versions_source_check check (source in ('template', 'dashboard', 'disk', 'direct', 'before'))
);
comment on table public.brain_doc_versions is 'Every content a document ever had. Stays when the agent goes, so doc_id names no row.';
comment on column public.brain_doc_versions.revision is 'Null for what was found on disk and never became head.';
comment on column public.brain_doc_versions.source is 'template, dashboard, disk, direct (written to the table by another client), before (was there when the table came).';
create index brain_doc_versions_doc_id_idx on public.brain_doc_versions (doc_id, revision);
alter table public.brain_doc_versions enable row level security;
revoke all on public.brain_doc_versions from public, anon, authenticated, service_role;
revoke all on sequence public.brain_doc_versions_id_seq from public, anon, authenticated, service_role;
grant usage on sequence public.brain_doc_versions_id_seq to service_role;
grant select on public.brain_doc_versions to authenticated;
grant all on public.brain_doc_versions to service_role;
create policy brain_doc_versions_select_authenticated on public.brain_doc_versions
for select to authenticated using (true);

create table public.brain_doc_disk (
  doc_id uuid not null references public.brain_docs (id) on delete cascade,
  executor_id text not null,
  revision int,
  sha256 text,
  synced_at timestamptz,
  error text,
  conflict_version bigint references public.brain_doc_versions (id) on delete set null,
  doc_date date,
  primary key (doc_id, executor_id)
);
comment on table public.brain_doc_disk is 'What lies on which executor''s disk: the revision it acknowledged, or the version it conflicts with.';
alter table public.brain_doc_disk enable row level security;
revoke all on public.brain_doc_disk from public, anon, authenticated, service_role;
grant select on public.brain_doc_disk to authenticated;
grant all on public.brain_doc_disk to service_role;
create policy brain_doc_disk_select_authenticated on public.brain_doc_disk for select to authenticated using (true);

create function private.sha256_of(_content text) returns text
language sql immutable parallel safe set search_path = '' as $$
  select encode(sha256(convert_to(_content, 'UTF8')), 'hex')
$$;
comment on function private.sha256_of(text) is 'Lower-case hex SHA-256 of the UTF-8 bytes.';
select private.restrict_execute('private.sha256_of', variadic '{}');

create function private.bump_revision() returns trigger
language plpgsql set search_path = '' as $$
begin
  if tg_op = 'INSERT' then
    new.revision := 1;
  elsif new.content is distinct from old.content then
    new.revision := old.revision + 1;
    new.updated_at := clock_timestamp();
  else
    new.revision := old.revision;
  end if;
  return new;
end $$;
comment on function private.bump_revision() is 'One writer of revision: nobody else can set it.';
select private.restrict_execute('private.bump_revision', variadic '{}');
create trigger bump_revision before insert or update on public.brain_docs
for each row execute function private.bump_revision();

-- Definer: a client that may write the document may not write its history.
create function private.keep_version() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  insert into public.brain_doc_versions (
    doc_id, project_id, agent_key, doc_type, revision, content, sha256, author, source
  ) values (
    new.id, new.project_id, new.agent_key, new.doc_type, new.revision, new.content, private.sha256_of(new.content),
    coalesce(nullif(current_setting('hatchery.author', true), ''), auth.uid()::text, auth.role(), session_user::text),
    coalesce(nullif(current_setting('hatchery.source', true), ''), 'direct')
  );
  return null;
end $$;
comment on function private.keep_version() is 'Keeps every content, whoever writes it. hatchery.author and hatchery.source say who and from where, for the transaction.';
select private.restrict_execute('private.keep_version', variadic '{}');
create trigger keep_version_of_new after insert on public.brain_docs
for each row execute function private.keep_version();
create trigger keep_version_of_changed after update on public.brain_docs
for each row when (new.revision is distinct from old.revision) execute function private.keep_version();

insert into public.brain_doc_versions (
  doc_id, project_id, agent_key, doc_type, revision, content, sha256, author, source
)
select d.id, d.project_id, d.agent_key, d.doc_type, d.revision, d.content, private.sha256_of(d.content),
  coalesce(d.updated_by, 'unknown'), 'before'
from public.brain_docs as d;

create function private.require_document(_executor text, _doc_id uuid) returns void
language plpgsql stable set search_path = '' as $$
begin
  perform private.require_executor(_executor);
  if not exists (
    select from public.brain_docs as d
    join public.agents as a on a.project_id = d.project_id and a.agent_key = d.agent_key
    where d.id = _doc_id and a.executor_id = _executor
  ) then
    perform private.refuse(403, 'forbidden', 'This document belongs to no agent of this executor');
  end if;
end $$;
comment on function private.require_document(text, uuid) is 'Refuses with 403 forbidden a document whose agent lives elsewhere.';
select private.restrict_execute('private.require_document', variadic '{}');

create function private.acknowledge_document(_executor text, _doc_id uuid, _revision int, _sha256 text) returns void
language plpgsql security definer set search_path = '' as $$
begin
  perform private.require_document(_executor, _doc_id);
  insert into public.brain_doc_disk as k (doc_id, executor_id, revision, sha256, synced_at)
  values (_doc_id, _executor, _revision, _sha256, clock_timestamp())
  on conflict (doc_id, executor_id) do update set
    revision = excluded.revision,
    sha256 = excluded.sha256,
    synced_at = excluded.synced_at,
    error = null,
    conflict_version = null;
end $$;
comment on function private.acknowledge_document(text, uuid, int, text) is 'See public.acknowledge_document.';
select private.restrict_execute('private.acknowledge_document', 'authenticated', 'service_role');

create function public.acknowledge_document(executor text, doc_id uuid, revision int, sha256 text) returns void
language sql set search_path = '' as $$
  select private.acknowledge_document(executor, doc_id, revision, sha256)
$$;
comment on function public.acknowledge_document(text, uuid, int, text) is 'Says that this revision of the document, with this hash, lies on the executor''s disk.';
select private.restrict_execute('public.acknowledge_document', 'authenticated', 'service_role');

create function private.save_document_from_disk(_executor text, _doc_id uuid, _base_revision int, _content text)
returns table (outcome text, revision int)
language plpgsql security definer set search_path = '' as $$
declare
  doc public.brain_docs;
  untouched boolean;
  version_id bigint;
begin
  perform private.require_document(_executor, _doc_id);
  select * into doc from public.brain_docs as d where d.id = _doc_id for update;
  if doc.revision <> _base_revision then
    return query select 'stale', doc.revision;
    return;
  end if;
  select v.source = 'template' into untouched from public.brain_doc_versions as v
  where v.doc_id = _doc_id and v.revision = doc.revision;

  if untouched then
    perform set_config('hatchery.author', 'executor:' || _executor, true);
    perform set_config('hatchery.source', 'disk', true);
    update public.brain_docs as d set content = _content, updated_by = 'executor:' || _executor
    where d.id = _doc_id returning d.* into doc;
    return query select 'adopted', doc.revision;
    return;
  end if;

  -- Found again by a retry, it is still the same conflict.
  select v.id into version_id from public.brain_doc_versions as v
  where v.doc_id = _doc_id and v.conflict and v.sha256 = private.sha256_of(_content);
  if version_id is null then
    insert into public.brain_doc_versions (
      doc_id, project_id, agent_key, doc_type, content, sha256, author, source, conflict
    ) values (
      doc.id, doc.project_id, doc.agent_key, doc.doc_type, _content, private.sha256_of(_content),
      'executor:' || _executor, 'disk', true
    ) returning id into version_id;
  end if;
  insert into public.brain_doc_disk as k (doc_id, executor_id, sha256, synced_at, conflict_version)
  values (_doc_id, _executor, private.sha256_of(_content), clock_timestamp(), version_id)
  on conflict (doc_id, executor_id) do update set
    sha256 = excluded.sha256, synced_at = excluded.synced_at, conflict_version = excluded.conflict_version;
  return query select 'conflict', doc.revision;
end $$;
comment on function private.save_document_from_disk(text, uuid, int, text) is 'See public.save_document_from_disk.';
select private.restrict_execute('private.save_document_from_disk', 'authenticated', 'service_role');

create function public.save_document_from_disk(executor text, doc_id uuid, base_revision int, content text)
returns table (outcome text, revision int)
language sql set search_path = '' as $$
  select * from private.save_document_from_disk(executor, doc_id, base_revision, content)
$$;
comment on function public.save_document_from_disk(text, uuid, int, text) is
'Brings in a file that someone wrote on disk. adopted: head was the untouched template, and is now this. conflict: head stays, this is kept as a version. stale: head moved on meanwhile.';
select private.restrict_execute('public.save_document_from_disk', 'authenticated', 'service_role');
