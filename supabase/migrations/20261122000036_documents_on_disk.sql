-- Documents on disk: what an executor asks and says of the files of the agents that live there.

alter table public.brain_docs add column doc_date date;
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

create or replace function private.require_document(_executor text, _doc_id uuid) returns void
language plpgsql stable set search_path = '' as $$
begin
  perform private.require_executor(_executor);
  if not exists (
    select from public.brain_docs as d
    join public.agents as a on a.project_id = d.project_id and a.agent_key = d.agent_key
    where d.id = _doc_id and (a.executor_id = _executor or private.lives_on(a, _executor))
  ) then
    perform private.refuse(403, 'forbidden', 'This document belongs to no agent of this executor');
  end if;
end $$;

create function private.known_sha256(_doc public.brain_docs) returns text []
language sql stable security definer set search_path = '' as $$
  select array(
    select distinct v.sha256 from public.brain_doc_versions as v
    where v.doc_id = _doc.id and (not v.conflict or v.settled_at is not null)
      and (_doc.doc_type <> 'memory_today' or v.doc_date is not distinct from _doc.doc_date)
  )
$$;
comment on function private.known_sha256(public.brain_docs) is 'The hashes of every content that this document ever had, of a daily note those of its day; without what is in an open conflict.';
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
    'sha256', private.sha256_of(d.content), 'knownSha256', private.known_sha256(d),
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
    where r.id = _request_id and d.doc_type in ('soul', 'user', 'memory_long')
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

create function private.is_ahead(_doc public.brain_docs, _disk public.brain_doc_disk) returns boolean
language sql stable set search_path = '' as $$
  select _doc.doc_type in ('soul', 'user', 'memory_long', 'memory_today', 'agents')
    and _disk.conflict_version is null
    and (
      _disk.revision is distinct from _doc.revision
      or _doc.doc_type = 'memory_today' and _disk.doc_date is distinct from _doc.doc_date
    )
    and (
      _disk.error is null
      or (_disk.error ->> 'at')::timestamptz < greatest(clock_timestamp() - interval '5 minutes', _doc.updated_at)
    )
$$;
comment on function private.is_ahead(public.brain_docs, public.brain_doc_disk) is 'Whether the file should be made to say what the document says. What failed is tried again when it was edited, and every 5 min.';
select private.restrict_execute('private.is_ahead', variadic '{}');

create function private.list_documents(_executor text, _only_ahead boolean, _project_ids text []) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
begin
  perform private.require_executor(_executor);
  return (
    select coalesce(jsonb_agg(jsonb_build_object(
      'projectId', a.project_id, 'agentKey', a.agent_key, 'agentIdShort', a.agent_id_short,
      'documents', listed.documents
    ) order by a.project_id, a.agent_key), '[]')
    from public.agents as a
    cross join lateral (
      select coalesce(jsonb_agg(jsonb_build_object(
        'id', d.id, 'type', d.doc_type, 'revision', d.revision, 'docDate', d.doc_date,
        'sha256', private.sha256_of(d.content), 'disk', private.describe_disk(k)
      ) order by d.doc_type), '[]') as documents
      from public.brain_docs as d
      left join public.brain_doc_disk as k on k.doc_id = d.id and k.executor_id = _executor
      where d.project_id = a.project_id and d.agent_key = a.agent_key
        and d.doc_type in ('soul', 'user', 'memory_long', 'memory_today', 'agents', 'identity')
        and (not _only_ahead or private.is_ahead(d, k))
    ) as listed
    where a.provisioned and a.agent_id_short is not null and private.lives_on(a, _executor)
      and (_project_ids is null or a.project_id = any(_project_ids))
      and (not _only_ahead or listed.documents <> '[]')
      -- Nothing is written where something is being removed.
      and not exists (
        select from public.agent_provision_requests as r
        where r.project_id = a.project_id and r.agent_key = a.agent_key
          and r.kind = 'deprovision' and r.status in ('queued', 'running')
      )
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
'Of each agent that is live on this executor: [{projectId, agentKey, agentIdShort, documents: [{id, type, revision, sha256, docDate, disk: {revision, sha256, docDate, isConflict, isError} or null}]}], without contents. only_ahead: the documents whose files are still to be written, and agents that have such.';
select private.restrict_execute('public.list_documents', 'authenticated', 'service_role');

create function private.read_documents(_executor text, _doc_ids uuid []) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
begin
  perform private.require_executor(_executor);
  return private.describe_documents(_executor, array(
    select d.id from public.brain_docs as d
    join public.agents as a on a.project_id = d.project_id and a.agent_key = d.agent_key
    where d.id = any(_doc_ids) and private.lives_on(a, _executor)
  ));
end $$;
comment on function private.read_documents(text, uuid []) is 'See public.read_documents.';
select private.restrict_execute('private.read_documents', 'authenticated', 'service_role');

create function public.read_documents(executor text, doc_ids uuid []) returns jsonb
language sql stable set search_path = '' as $$
  select private.read_documents(executor, doc_ids)
$$;
comment on function public.read_documents(text, uuid []) is
'Those of these documents whose agents live on this executor, whole: [{id, type, content, revision, docDate, sha256, knownSha256, disk}]. A file with a known hash is ours.';
select private.restrict_execute('public.read_documents', 'authenticated', 'service_role');

drop function public.acknowledge_document(text, uuid, int, text);
drop function private.acknowledge_document(text, uuid, int, text);

create function private.acknowledge_document(
  _executor text, _doc_id uuid, _revision int, _sha256 text, _doc_date date default null
) returns void
language plpgsql security definer set search_path = '' as $$
declare
  conflict_id bigint;
begin
  perform private.require_document(_executor, _doc_id);
  select k.conflict_version into conflict_id from public.brain_doc_disk as k
  where k.doc_id = _doc_id and k.executor_id = _executor
  for update;
  insert into public.brain_doc_disk as k (doc_id, executor_id, revision, sha256, synced_at, doc_date)
  values (_doc_id, _executor, _revision, _sha256, clock_timestamp(), _doc_date)
  on conflict (doc_id, executor_id) do update set
    revision = excluded.revision,
    sha256 = excluded.sha256,
    synced_at = excluded.synced_at,
    doc_date = excluded.doc_date,
    error = null,
    conflict_version = null;
  update public.brain_doc_versions as v set settled_at = clock_timestamp()
  where v.id = conflict_id and v.settled_at is null;
  if _doc_date is not null then
    -- Whose note it is: said once, by the machine on which it lies.
    update public.brain_docs as d set doc_date = _doc_date
    where d.id = _doc_id and d.revision = _revision and d.doc_date is null;
    update public.brain_doc_versions as v set doc_date = _doc_date
    where v.doc_id = _doc_id and v.revision = _revision and v.doc_date is null;
  end if;
end $$;
comment on function private.acknowledge_document(text, uuid, int, text, date) is 'See public.acknowledge_document.';
select private.restrict_execute('private.acknowledge_document', 'authenticated', 'service_role');

create function public.acknowledge_document(
  executor text, doc_id uuid, revision int, sha256 text, doc_date date default null
) returns void
language sql set search_path = '' as $$
  select private.acknowledge_document(executor, doc_id, revision, sha256, doc_date)
$$;
comment on function public.acknowledge_document(text, uuid, int, text, date) is
'Says that this revision of the document, with this hash, lies on the executor''s disk; of a daily note, on which day. Ends an open conflict and an error.';
select private.restrict_execute('public.acknowledge_document', 'authenticated', 'service_role');

drop function public.save_document_from_disk(text, uuid, int, text);
drop function private.save_document_from_disk(text, uuid, int, text);

create function private.save_document_from_disk(
  _executor text, _project_id text, _agent_key text, _doc_type text, _base_sha256 text, _content text, _doc_date date
) returns table (outcome text, doc_id uuid, revision int)
language plpgsql security definer set search_path = '' as $$
declare
  agent public.agents;
  doc public.brain_docs;
  head_sha256 text;
  found_sha256 text := private.sha256_of(_content);
  version_id bigint;
  replaced_id bigint;
begin
  perform private.require_executor(_executor);
  if _content is null or _doc_type is null
    or _doc_type not in ('soul', 'user', 'memory_long', 'memory_today', 'agents', 'identity')
    or (_doc_type = 'memory_today') <> (_doc_date is not null)
  then
    perform private.refuse(400, 'invalid_request', 'No such document lies on a disk');
  end if;
  -- Locked, so that it is not removed meanwhile and nothing is left of it.
  select * into agent from public.agents as a
  where a.project_id = _project_id and a.agent_key = _agent_key
  for no key update;
  if not found or (agent.executor_id is distinct from _executor and not private.lives_on(agent, _executor)) then
    perform private.refuse(403, 'forbidden', 'This document belongs to no agent of this executor');
  end if;

  perform set_config('hatchery.author', 'executor:' || _executor, true);
  perform set_config('hatchery.source', 'disk', true);
  insert into public.brain_docs (project_id, agent_key, doc_type, content, updated_by, doc_date)
  values (_project_id, _agent_key, _doc_type, _content, 'executor:' || _executor, _doc_date)
  on conflict (project_id, agent_key, doc_type) do nothing;
  select * into doc from public.brain_docs as d
  where d.project_id = _project_id and d.agent_key = _agent_key and d.doc_type = _doc_type
  for update;
  head_sha256 := private.sha256_of(doc.content);

  if _doc_date < doc.doc_date then
    return query select 'stale', doc.id, doc.revision;
    return;
  end if;
  if head_sha256 <> found_sha256 or _doc_date > doc.doc_date then
    if head_sha256 = _base_sha256 or doc.content = '' or _doc_type = 'identity' or _doc_date > doc.doc_date
      or exists (
        select from public.brain_doc_versions as v
        where v.doc_id = doc.id and v.revision = doc.revision and v.source = 'template'
      )
    then
      update public.brain_docs as d
      set content = _content, updated_by = 'executor:' || _executor, doc_date = coalesce(_doc_date, d.doc_date)
      where d.id = doc.id
      returning d.* into doc;
    else
      -- Found again by a retry, it is still the same conflict.
      select v.id into version_id from public.brain_doc_versions as v
      where v.doc_id = doc.id and v.conflict and v.settled_at is null and v.sha256 = found_sha256
        and v.doc_date is not distinct from _doc_date;
      if version_id is null then
        insert into public.brain_doc_versions (
          doc_id, project_id, agent_key, doc_type, content, sha256, author, source, conflict, doc_date
        ) values (
          doc.id, doc.project_id, doc.agent_key, doc.doc_type, _content, found_sha256,
          'executor:' || _executor, 'disk', true, _doc_date
        ) returning id into version_id;
      end if;
      select k.conflict_version into replaced_id from public.brain_doc_disk as k
      where k.doc_id = doc.id and k.executor_id = _executor;
      insert into public.brain_doc_disk as k (doc_id, executor_id, sha256, synced_at, conflict_version, doc_date)
      values (doc.id, _executor, found_sha256, clock_timestamp(), version_id, _doc_date)
      on conflict on constraint brain_doc_disk_pkey do update set
        sha256 = excluded.sha256, synced_at = excluded.synced_at, conflict_version = excluded.conflict_version,
        doc_date = excluded.doc_date, error = null;
      -- The file was written once more: what stood there before is in no conflict any more.
      update public.brain_doc_versions as v set settled_at = clock_timestamp()
      where v.id = replaced_id and v.id <> version_id and v.settled_at is null;
      return query select 'conflict', doc.id, doc.revision;
      return;
    end if;
  end if;
  perform private.acknowledge_document(_executor, doc.id, doc.revision, found_sha256, _doc_date);
  return query select 'adopted', doc.id, doc.revision;
end $$;
comment on function private.save_document_from_disk(text, text, text, text, text, text, date) is 'See public.save_document_from_disk.';
select private.restrict_execute('private.save_document_from_disk', 'authenticated', 'service_role');

create function public.save_document_from_disk(
  executor text, project_id text, agent_key text, doc_type text, content text, base_sha256 text default null,
  doc_date date default null
) returns table (outcome text, doc_id uuid, revision int)
language sql set search_path = '' as $$
  select * from private.save_document_from_disk(
    executor, project_id, agent_key, doc_type, base_sha256, content, doc_date
  )
$$;
comment on function public.save_document_from_disk(text, text, text, text, text, text, date) is
'Brings in a file that someone wrote on disk; base_sha256 is what the executor last acknowledged there. adopted: head is this now (it was not there, empty, the untouched template, of an earlier day, or the base), and acknowledged. conflict: head stays, this is kept as a version. stale: head is the note of a later day.';
select private.restrict_execute('public.save_document_from_disk', 'authenticated', 'service_role');

create function private.keep_displaced_document(
  _executor text, _doc_id uuid, _content text, _doc_date date
) returns void
language plpgsql security definer set search_path = '' as $$
begin
  perform private.require_document(_executor, _doc_id);
  insert into public.brain_doc_versions (
    doc_id, project_id, agent_key, doc_type, content, sha256, author, source, reason, conflict, settled_at, doc_date
  )
  select d.id, d.project_id, d.agent_key, d.doc_type, _content, private.sha256_of(_content), 'executor:' || _executor,
    'disk', 'displaced', true, clock_timestamp(), _doc_date
  from public.brain_docs as d
  where d.id = _doc_id and not exists (
    select from public.brain_doc_versions as v
    where v.doc_id = _doc_id and v.sha256 = private.sha256_of(_content)
  );
end $$;
comment on function private.keep_displaced_document(text, uuid, text, date) is 'See public.keep_displaced_document.';
select private.restrict_execute('private.keep_displaced_document', 'authenticated', 'service_role');

create function public.keep_displaced_document(executor text, doc_id uuid, content text, doc_date date default null)
returns void
language sql set search_path = '' as $$
  select private.keep_displaced_document(executor, doc_id, content, doc_date)
$$;
comment on function public.keep_displaced_document(text, uuid, text, date) is
'Keeps as a version a text that was written to the file in the moment in which the file was replaced. Nothing to do when the document ever had it.';
select private.restrict_execute('public.keep_displaced_document', 'authenticated', 'service_role');

create function private.report_document_error(_executor text, _doc_id uuid, _error jsonb) returns void
language plpgsql security definer set search_path = '' as $$
begin
  perform private.require_document(_executor, _doc_id);
  if jsonb_typeof(_error -> 'code') is distinct from 'string'
    or jsonb_typeof(_error -> 'message') is distinct from 'string'
    or octet_length(_error::text) > 4096
  then
    perform private.refuse(400, 'invalid_request', 'An error is {code, message, hint?}', null, 'error');
  end if;
  insert into public.brain_doc_disk as k (doc_id, executor_id, error)
  values (_doc_id, _executor, _error || jsonb_build_object('at', clock_timestamp()))
  on conflict (doc_id, executor_id) do update set error = excluded.error;
end $$;
comment on function private.report_document_error(text, uuid, jsonb) is 'See public.report_document_error.';
select private.restrict_execute('private.report_document_error', 'authenticated', 'service_role');

create function public.report_document_error(executor text, doc_id uuid, error jsonb) returns void
language sql set search_path = '' as $$
  select private.report_document_error(executor, doc_id, error)
$$;
comment on function public.report_document_error(text, uuid, jsonb) is
'Says why the file of this document cannot be read or written: {code, message, hint?}. The next acknowledgement takes it back.';
select private.restrict_execute('public.report_document_error', 'authenticated', 'service_role');

-- As before, by the new name of what it calls.
create or replace function private.save_request_document(
  _request_id uuid, _claim_token uuid, _doc_type text, _content text
) returns text
language plpgsql security definer set search_path = '' as $$
declare
  lease private.request_leases := private.held_lease(_request_id, _claim_token);
  request public.agent_provision_requests;
  doc public.brain_docs;
  base text;
begin
  if lease.request_id is null or lease.settled_at is not null then
    perform private.refuse(409, 'lease_lost', 'This claim is over');
  end if;
  select * into request from public.agent_provision_requests as r where r.id = _request_id;
  if (
    request.kind = 'adopt' and _doc_type in ('soul', 'user', 'memory_long', 'agents', 'identity')
    or request.kind = 'set_identity' and _doc_type = 'identity'
  ) is not true or _content is null then
    perform private.refuse(400, 'invalid_request', 'A request of this kind brings no such document');
  end if;
  select * into doc from public.brain_docs as d
  where d.project_id = request.project_id and d.agent_key = request.agent_key and d.doc_type = _doc_type
  for update;
  if not found and request.kind = 'set_identity' then
    return 'not_kept';
  end if;
  -- What an earlier attempt read: nobody typed it here.
  if exists (
    select from public.brain_doc_versions as v
    where v.doc_id = doc.id and v.revision = doc.revision and v.source = 'disk'
  ) then
    base := private.sha256_of(doc.content);
  end if;
  return (
    select s.outcome from private.save_document_from_disk(
      lease.executor_id, request.project_id, request.agent_key, _doc_type, base, _content, null
    ) as s
  );
end $$;

notify pgrst, 'reload schema';
