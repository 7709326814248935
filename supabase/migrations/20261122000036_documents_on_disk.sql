-- Documents on disk: what an executor asks and says of the files of the agents that live there.

-- A day that is none, or of another millennium, would be no file's name.
alter table public.brain_docs
add column doc_date date,
add constraint brain_docs_doc_date_check check (doc_date between '2000-01-01' and '2999-12-31') not valid;
comment on column public.brain_docs.doc_date is 'Of memory_today: the day whose note this is, by the clock of the agent''s machine. Null until an executor has said which; null for every other document.';

alter table public.brain_doc_versions
add column doc_date date,
add column settled_at timestamptz;
comment on column public.brain_doc_versions.doc_date is 'Of memory_today: the day whose note it was.';
comment on column public.brain_doc_versions.conflict is 'Found on disk while the dashboard had another text.';
comment on column public.brain_doc_versions.settled_at is 'When the conflict ended, whichever text was kept. Since then it is known as ours, and a file with it may be overwritten.';

-- Nothing was ever written there.
-- squawk-ignore changing-column-type
alter table public.brain_doc_disk alter column error type jsonb using null;
comment on column public.brain_doc_disk.error is '{code, message, hint?, at}: why the file could not be read or written; at is the database''s time. Null when all is well.';
comment on column public.brain_doc_disk.doc_date is 'Of memory_today: the day of the note that was acknowledged.';

create or replace function private.bump_revision() returns trigger
language plpgsql set search_path = '' as $$
begin
  if new.doc_type <> 'memory_today' then
    new.doc_date := null;
  end if;
  if tg_op = 'INSERT' then
    new.revision := 1;
  elsif new.content is distinct from old.content then
    new.revision := old.revision + 1;
    new.updated_at := clock_timestamp();
    -- Whoever knows nothing of dates means the note of today, wherever the agent lives.
    if new.doc_date is not distinct from old.doc_date
      and coalesce(current_setting('hatchery.source', true), '') = ''
    then
      new.doc_date := null;
    end if;
  -- Another day's note is another one, also when it says the same; which day's it is may be said later.
  elsif old.doc_date is not null and new.doc_date is distinct from old.doc_date then
    new.revision := old.revision + 1;
    new.updated_at := clock_timestamp();
  else
    new.revision := old.revision;
  end if;
  return new;
end $$;

create or replace function private.keep_version() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  insert into public.brain_doc_versions (
    doc_id, project_id, agent_key, doc_type, revision, content, sha256, author, source, reason, doc_date
  ) values (
    new.id, new.project_id, new.agent_key, new.doc_type, new.revision, new.content, private.sha256_of(new.content),
    coalesce(nullif(current_setting('hatchery.author', true), ''), auth.uid()::text, auth.role(), session_user::text),
    coalesce(nullif(current_setting('hatchery.source', true), ''), 'direct'),
    nullif(current_setting('hatchery.reason', true), ''),
    new.doc_date
  );
  return null;
end $$;
comment on function private.keep_version() is 'Keeps every content, whoever writes it. hatchery.author, hatchery.source and hatchery.reason say who, from where and why, for the transaction.';

create function private.lives_on(_agent public.agents, _executor text) returns boolean
language sql stable security definer set search_path = '' as $$
  select _agent.provisioned and private.home_of(_agent) is not distinct from _executor
$$;
comment on function private.lives_on(public.agents, text) is 'Whether this agent is live, and on this executor.';
select private.restrict_execute('private.lives_on', variadic '{}');

create function private.is_kept_in_step(_agent public.agents, _executor text) returns boolean
language sql stable security definer set search_path = '' as $$
  select private.lives_on(_agent, _executor) and not exists (
    select from public.agent_provision_requests as r
    where r.project_id = _agent.project_id and r.agent_key = _agent.agent_key
      and r.kind = 'deprovision' and r.status in ('queued', 'running')
  )
$$;
comment on function private.is_kept_in_step(public.agents, text) is 'Whether this agent lives on this executor and stays: nothing is written where something is being removed.';
select private.restrict_execute('private.is_kept_in_step', variadic '{}');

create or replace function private.require_document(_executor text, _doc_id uuid) returns void
language plpgsql volatile set search_path = '' as $$
begin
  perform private.require_executor(_executor);
  -- Locked, because whoever saves or removes a document locks it before what is said of its file.
  perform from public.brain_docs as d
  join public.agents as a on a.project_id = d.project_id and a.agent_key = d.agent_key
  where d.id = _doc_id and (a.executor_id = _executor or private.lives_on(a, _executor))
  for no key update of d;
  if not found then
    perform private.refuse(404, 'not_found', 'This document belongs to no agent of this executor');
  end if;
end $$;
comment on function private.require_document(text, uuid) is 'Locks the document; refuses not_found one that is gone or whose agent lives elsewhere.';

create function private.known_sha256(_doc_id uuid, _doc_date date) returns text []
language sql stable security definer set search_path = '' as $$
  select array(
    select distinct v.sha256 from public.brain_doc_versions as v
    where v.doc_id = _doc_id and (not v.conflict or v.settled_at is not null)
      and (v.doc_date = _doc_date) is not false
  )
$$;
comment on function private.known_sha256(uuid, date) is 'The hashes of every content that this document ever had; of the note of a day without those of other days; without what is in an open conflict.';
select private.restrict_execute('private.known_sha256', variadic '{}');

create function private.describe_disk(_disk public.brain_doc_disk) returns jsonb
language sql immutable set search_path = '' as $$
  select case when _disk.doc_id is not null then jsonb_build_object(
    'revision', _disk.revision, 'sha256', _disk.sha256, 'docDate', _disk.doc_date,
    'isConflict', _disk.conflict_version is not null, 'isError', _disk.error is not null
  ) end
$$;
comment on function private.describe_disk(public.brain_doc_disk) is 'What an executor is told of what it said of a file, or null.';
select private.restrict_execute('private.describe_disk', variadic '{}');

create function private.describe_documents(_executor text, _doc_ids uuid []) returns jsonb
language sql stable security definer set search_path = '' as $$
  select coalesce(jsonb_agg(jsonb_build_object(
    'id', d.id, 'type', d.doc_type, 'content', d.content, 'revision', d.revision, 'docDate', d.doc_date,
    'sha256', private.sha256_of(d.content), 'knownSha256', private.known_sha256(d.id, d.doc_date),
    'disk', private.describe_disk(k)
  ) order by d.project_id, d.agent_key, d.doc_type), '[]')
  from public.brain_docs as d
  left join public.brain_doc_disk as k on k.doc_id = d.id and k.executor_id = _executor
  where d.id = any(_doc_ids)
$$;
comment on function private.describe_documents(text, uuid []) is 'See public.read_documents.';
select private.restrict_execute('private.describe_documents', variadic '{}');

drop function public.read_request_documents(uuid, uuid);
drop function private.read_request_documents(uuid, uuid);

create function private.read_request_documents(_request_id uuid, _claim_token uuid) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  lease private.request_leases := private.held_lease(_request_id, _claim_token);
begin
  if lease.request_id is null or lease.settled_at is not null then
    perform private.refuse(409, 'lease_lost', 'This claim is over');
  end if;
  return private.describe_documents(lease.executor_id, array(
    select d.id from public.agent_provision_requests as r
    join public.brain_docs as d on d.project_id = r.project_id and d.agent_key = r.agent_key
    where r.id = _request_id and d.doc_type in ('soul', 'user', 'memory_long', 'agents')
  ));
end $$;
comment on function private.read_request_documents(uuid, uuid) is 'See public.read_request_documents.';
select private.restrict_execute('private.read_request_documents', 'authenticated', 'service_role');

create function public.read_request_documents(request_id uuid, claim_token uuid) returns jsonb
language sql set search_path = '' as $$
  select private.read_request_documents(request_id, claim_token)
$$;
comment on function public.read_request_documents(uuid, uuid) is 'The documents that provisioning seeds, as read_documents answers them. Refuses lease_lost.';
select private.restrict_execute('public.read_request_documents', 'authenticated', 'service_role');

-- Not of the whole row, whose content would be read for it.
create function private.is_ahead(
  _doc_type text, _revision int, _doc_date date, _updated_at timestamptz, _disk public.brain_doc_disk
) returns boolean
language sql stable set search_path = '' as $$
  select _doc_type in ('soul', 'user', 'memory_long', 'memory_today', 'agents')
    and _disk.conflict_version is null
    and (_disk.revision is distinct from _revision or _disk.doc_date is distinct from _doc_date)
    and (
      _disk.error is null
      or (_disk.error ->> 'at')::timestamptz < greatest(clock_timestamp() - interval '5 minutes', _updated_at)
    )
$$;
comment on function private.is_ahead(text, int, date, timestamptz, public.brain_doc_disk) is 'Whether the file should be made to say what the document says. What failed is tried again when it was edited, and every 5 min.';
select private.restrict_execute('private.is_ahead', variadic '{}');

create function private.list_documents(_executor text, _only_ahead boolean, _project_ids text []) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
begin
  perform private.require_executor(_executor);
  return (
    select coalesce(jsonb_agg(jsonb_build_object(
      'projectId', a.project_id, 'agentKey', a.agent_key, 'agentIdShort', a.agent_id_short,
      'workspacePath', a.workspace_path, 'documents', listed.documents
    ) order by a.project_id, a.agent_key), '[]')
    from public.agents as a
    cross join lateral (
      select coalesce(jsonb_agg(jsonb_build_object(
        'id', d.id, 'type', d.doc_type, 'revision', d.revision, 'docDate', d.doc_date,
        'sha256', private.sha256_of(d.content), 'bytes', octet_length(d.content), 'disk', private.describe_disk(k)
      ) order by d.doc_type), '[]') as documents
      from public.brain_docs as d
      left join public.brain_doc_disk as k on k.doc_id = d.id and k.executor_id = _executor
      where d.project_id = a.project_id and d.agent_key = a.agent_key
        and d.doc_type in ('soul', 'user', 'memory_long', 'memory_today', 'agents', 'identity')
        and (not _only_ahead or private.is_ahead(d.doc_type, d.revision, d.doc_date, d.updated_at, k))
    ) as listed
    where a.provisioned and a.agent_id_short is not null and private.is_kept_in_step(a, _executor)
      and (_project_ids is null or a.project_id = any(_project_ids))
      and (not _only_ahead or listed.documents <> '[]')
  );
end $$;
comment on function private.list_documents(text, boolean, text []) is 'See public.list_documents.';
select private.restrict_execute('private.list_documents', 'authenticated', 'service_role');

create function public.list_documents(executor text, only_ahead boolean default false, project_ids text [] default null)
returns jsonb
language sql stable set search_path = '' as $$
  select private.list_documents(executor, only_ahead, project_ids)
$$;
comment on function public.list_documents(text, boolean, text []) is
'Of each agent that is live on this executor and not being removed: [{projectId, agentKey, agentIdShort, workspacePath, documents: [{id, type, revision, sha256, bytes, docDate, disk: {revision, sha256, docDate, isConflict, isError} or null}]}], without contents. only_ahead: the documents whose files are still to be written, and agents that have such.';
select private.restrict_execute('public.list_documents', 'authenticated', 'service_role');

create function private.read_documents(_executor text, _doc_ids uuid []) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
begin
  perform private.require_executor(_executor);
  return private.describe_documents(_executor, array(
    select d.id from public.brain_docs as d
    join public.agents as a on a.project_id = d.project_id and a.agent_key = d.agent_key
    where d.id = any(_doc_ids) and private.is_kept_in_step(a, _executor)
  ));
end $$;
comment on function private.read_documents(text, uuid []) is 'See public.read_documents.';
select private.restrict_execute('private.read_documents', 'authenticated', 'service_role');

create function public.read_documents(executor text, doc_ids uuid []) returns jsonb
language sql stable set search_path = '' as $$
  select private.read_documents(executor, doc_ids)
$$;
comment on function public.read_documents(text, uuid []) is
'Those of these documents whose agents live on this executor and are not being removed, whole: [{id, type, content, revision, docDate, sha256, knownSha256, disk}]. A file with a known hash is ours.';
select private.restrict_execute('public.read_documents', 'authenticated', 'service_role');

notify pgrst, 'reload schema';
