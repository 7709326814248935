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

drop function public.acknowledge_document(text, uuid, int, text);
drop function private.acknowledge_document(text, uuid, int, text);

create function private.keep_acknowledgement(
  _executor text, _doc_id uuid, _revision int, _sha256 text, _doc_date date
) returns void
language plpgsql security definer set search_path = '' as $$
declare
  doc record;
  disk public.brain_doc_disk;
begin
  select d.doc_type, d.revision into doc from public.brain_docs as d where d.id = _doc_id;
  if _revision is null or _sha256 is null or (doc.doc_type = 'memory_today') <> (_doc_date is not null) then
    perform private.refuse(400, 'invalid_request', 'An acknowledgement has a revision and a hash, and of a daily note its day');
  end if;
  select * into disk from public.brain_doc_disk as k where k.doc_id = _doc_id and k.executor_id = _executor;
  -- A word that was long under way: more was said of the file since.
  if _revision < disk.revision or disk.conflict_version is not null and _revision <> doc.revision then
    return;
  end if;
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
  where v.id = disk.conflict_version and v.settled_at is null;
  if _doc_date is not null then
    -- Whose note it is: said once, by the machine on which it lies.
    update public.brain_docs as d set doc_date = _doc_date
    where d.id = _doc_id and d.revision = _revision and d.doc_date is null;
    update public.brain_doc_versions as v set doc_date = _doc_date
    where v.doc_id = _doc_id and v.revision = _revision and v.doc_date is null;
  end if;
end $$;
comment on function private.keep_acknowledgement(text, uuid, int, text, date) is 'What this executor says of the file of a document that is locked. Refuses invalid_request.';
select private.restrict_execute('private.keep_acknowledgement', variadic '{}');

create function private.acknowledge_document(
  _executor text, _doc_id uuid, _revision int, _sha256 text, _doc_date date default null
) returns void
language plpgsql security definer set search_path = '' as $$
begin
  perform private.require_document(_executor, _doc_id);
  perform private.keep_acknowledgement(_executor, _doc_id, _revision, _sha256, _doc_date);
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
'Says that this revision of the document, with this hash, lies on the executor''s disk; of a daily note, of which day. Ends an error, and with the hash of head a conflict.';
select private.restrict_execute('public.acknowledge_document', 'authenticated', 'service_role');

create function private.acknowledge_documents(_executor text, _acknowledgements jsonb) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  one record;
  kept jsonb := '[]';
begin
  perform private.require_executor(_executor);
  if jsonb_typeof(_acknowledgements) is distinct from 'array' then
    perform private.refuse(400, 'invalid_request', 'Acknowledgements are a list', null, 'acknowledgements');
  end if;
  if jsonb_array_length(_acknowledgements) > 500 then
    perform private.refuse(413, 'payload_too_large', 'At most 500 documents are acknowledged in one call');
  end if;
  for one in
    select d.id, said.revision, said.sha256, said."docDate"
    from jsonb_to_recordset(_acknowledgements) as said (id uuid, revision int, sha256 text, "docDate" date)
    join public.brain_docs as d on d.id = said.id
    join public.agents as a on a.project_id = d.project_id and a.agent_key = d.agent_key
    where a.executor_id = _executor or private.lives_on(a, _executor)
    order by d.id
    -- Who holds many documents must wait for none: somebody who removes or writes several takes them in another order.
    for no key update of d skip locked
  loop
    perform private.keep_acknowledgement(_executor, one.id, one.revision, one.sha256, one."docDate");
    kept := kept || to_jsonb(one.id);
  end loop;
  return kept;
end $$;
comment on function private.acknowledge_documents(text, jsonb) is 'See public.acknowledge_documents.';
select private.restrict_execute('private.acknowledge_documents', 'authenticated', 'service_role');

create function public.acknowledge_documents(executor text, acknowledgements jsonb) returns jsonb
language sql set search_path = '' as $$
  select private.acknowledge_documents(executor, acknowledgements)
$$;
comment on function public.acknowledge_documents(text, jsonb) is
'As acknowledge_document, of up to 500 at once: [{id, revision, sha256, docDate?}]. Answers the ids of those that were heard: not what belongs to no agent of this executor, nor what somebody is just writing.';
select private.restrict_execute('public.acknowledge_documents', 'authenticated', 'service_role');

drop function public.save_document_from_disk(text, uuid, int, text);
drop function private.save_document_from_disk(text, uuid, int, text);

create function private.require_size(_content text) returns void
language plpgsql immutable set search_path = '' as $$
begin
  if octet_length(_content) > 1048576 then
    perform private.refuse(413, 'payload_too_large', 'A document holds at most 1 MiB of text');
  end if;
end $$;
comment on function private.require_size(text) is 'Refuses payload_too_large what is larger than a document may be.';
select private.restrict_execute('private.require_size', variadic '{}');

create function private.save_document_from_disk(
  _executor text, _project_id text, _agent_key text, _doc_type text, _base_sha256 text, _content text, _doc_date date
) returns table (outcome text, doc_id uuid, revision int)
language plpgsql security definer set search_path = '' as $$
declare
  agent public.agents;
  doc public.brain_docs;
  head_sha256 text;
  found_sha256 text := private.sha256_of(_content);
  disk public.brain_doc_disk;
  version_id bigint;
begin
  perform private.require_executor(_executor);
  if _content is null or _doc_type is null
    or _doc_type not in ('soul', 'user', 'memory_long', 'memory_today', 'agents', 'identity')
    or (_doc_type = 'memory_today') <> (_doc_date is not null)
  then
    perform private.refuse(400, 'invalid_request', 'No such document lies on a disk');
  end if;
  perform private.require_size(_content);
  -- Locked, so that it is not removed meanwhile and nothing is left of it.
  select * into agent from public.agents as a
  where a.project_id = _project_id and a.agent_key = _agent_key
  for no key update;
  if not found or (agent.executor_id is distinct from _executor and not private.lives_on(agent, _executor)) then
    perform private.refuse(404, 'not_found', 'This document belongs to no agent of this executor');
  end if;

  perform set_config('hatchery.author', 'executor:' || _executor, true);
  perform set_config('hatchery.source', 'disk', true);
  insert into public.brain_docs (project_id, agent_key, doc_type, content, updated_by, doc_date)
  values (_project_id, _agent_key, _doc_type, _content, 'executor:' || _executor, _doc_date)
  on conflict (project_id, agent_key, doc_type) do nothing;
  select * into doc from public.brain_docs as d
  where d.project_id = _project_id and d.agent_key = _agent_key and d.doc_type = _doc_type
  for update;
  select * into disk from public.brain_doc_disk as k where k.doc_id = doc.id and k.executor_id = _executor;
  head_sha256 := private.sha256_of(doc.content);

  -- What is still to be written into the note of an earlier day is written there first.
  if _doc_date < doc.doc_date or _doc_date > doc.doc_date
    and private.is_ahead(doc.doc_type, doc.revision, doc.doc_date, doc.updated_at, disk)
  then
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
      insert into public.brain_doc_disk as k (doc_id, executor_id, sha256, synced_at, conflict_version, doc_date)
      values (doc.id, _executor, found_sha256, clock_timestamp(), version_id, _doc_date)
      on conflict on constraint brain_doc_disk_pkey do update set
        sha256 = excluded.sha256, synced_at = excluded.synced_at, conflict_version = excluded.conflict_version,
        doc_date = excluded.doc_date, error = null;
      -- The file was written once more: what stood there before is in no conflict any more.
      update public.brain_doc_versions as v set settled_at = clock_timestamp()
      where v.id = disk.conflict_version and v.id <> version_id and v.settled_at is null;
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
'Brings in a file that someone wrote on disk; base_sha256 is what the executor last acknowledged there. adopted: head is this now (it was not there, empty, the untouched template, of an earlier day, or the base), and acknowledged. conflict: head stays, this is kept as a version. stale: head is the note of a later day, or one of an earlier day that is still to be written.';
select private.restrict_execute('public.save_document_from_disk', 'authenticated', 'service_role');

create function private.keep_displaced_document(
  _executor text, _doc_id uuid, _content text, _doc_date date
) returns void
language plpgsql security definer set search_path = '' as $$
begin
  perform private.require_document(_executor, _doc_id);
  if _content is null then
    perform private.refuse(400, 'invalid_request', 'A displaced document has a content');
  end if;
  perform private.require_size(_content);
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
  values (_doc_id, _executor, jsonb_strip_nulls(jsonb_build_object(
    'code', _error -> 'code', 'message', _error -> 'message', 'hint', _error ->> 'hint', 'at', clock_timestamp()
  )))
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
  -- The agent before its document, as everybody locks them.
  perform from public.agents as a
  where a.project_id = request.project_id and a.agent_key = request.agent_key
  for no key update;
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

-- As it was, but that an error says nothing of what is in the workspace.
create or replace function private.describe_claims(_ids uuid [])
returns table (
  request_id uuid, kind text, project_id text, agent_key text, agent_id_short text, display_name text, emoji text,
  role_short text, attempts int, max_attempts int, workspace_prepared boolean, provisioned boolean, workspace_path text
)
language sql stable security definer set search_path = '' as $$
  select r.id, r.kind, r.project_id, r.agent_key, r.agent_id_short,
    case r.kind when 'deprovision' then r.display_name else a.name end,
    case r.kind when 'provision' then a.emoji when 'deprovision' then coalesce(r.emoji, '🤖') else coalesce(a.emoji, '🤖') end,
    coalesce(r.role_short, ''), r.attempts, r.max_attempts,
    -- Either is written only after the checks: a file of this agent acknowledged, or the step reported as done (an agent
    -- may have no documents). Progress alone would not do, because each attempt begins its own.
    exists (
      select from public.brain_docs as d
      join public.brain_doc_disk as k on k.doc_id = d.id
      where d.project_id = r.project_id and d.agent_key = r.agent_key and k.executor_id = r.executor_id and k.sha256 is not null
    )
    or exists (
      select from public.agent_provision_requests as earlier
      where earlier.project_id = r.project_id and earlier.agent_key = r.agent_key and earlier.kind = r.kind
        and earlier.executor_id = r.executor_id and earlier.requested_at >= a.created_at
        and earlier.progress @> '[{"step": "workspace", "state": "done"}]'
    ),
    a.provisioned, a.workspace_path
  from public.agent_provision_requests as r
  join public.agents as a on a.project_id = r.project_id and a.agent_key = r.agent_key
  where r.id = any(_ids)
  order by r.requested_at, r.id
$$;

-- As it was, but that notes of two days are two things.
create or replace function private.prune_versions() returns int
language sql security definer set search_path = '' as $$
  with known as (
    select v.id, v.doc_id, v.sha256, v.source, v.conflict, v.revision, v.doc_date, v.created_at,
      v.revision is not null and v.revision = max(v.revision) over (partition by v.doc_id) as is_head
    from public.brain_doc_versions as v
  ),
  -- Identical content once: head, or else what a person typed, or else the newest. What is in a conflict is known to nobody
  -- as ours, so that the same text may stand on both sides of it.
  alike as (
    select k.*, row_number() over (
        partition by k.doc_id, k.doc_date, k.sha256, k.conflict
        order by k.is_head desc, k.source = 'disk', k.revision desc nulls last, k.id desc
      ) as nth
    from known as k
  ),
  -- Of what agents wrote on disk the last of each hour after a day, and of each day after a week.
  thinned as (
    select a.*, row_number() over (
        partition by a.doc_id, a.doc_date, case
          when a.created_at > now() - interval '1 day' then a.created_at
          when a.created_at > now() - interval '7 days' then date_trunc('hour', a.created_at)
          else date_trunc('day', a.created_at)
        end
        order by a.id desc
      ) as nth_of_its_time
    from alike as a
    where a.nth = 1 and a.source = 'disk' and not a.conflict and not a.is_head
  ),
  pruned as (
    delete from public.brain_doc_versions as v
    where v.id in (
      select a.id from alike as a where a.nth > 1 and not a.is_head and not a.conflict
      union all
      select t.id from thinned as t where t.nth_of_its_time > 1 and t.created_at < now() - interval '1 day'
    )
    and not exists (select from public.brain_doc_disk as k where k.conflict_version = v.id)
    returning v.id
  )
  select count(*)::int from pruned
$$;

notify pgrst, 'reload schema';
