-- Fenced documents: of several processes under one executor id one alone speaks of files, as one alone claims. A machine
-- that slept while another took over brings in none of its old texts.

drop function public.list_documents(text, boolean, text []);
drop function private.list_documents(text, boolean, text []);
drop function public.read_documents(text, uuid []);
drop function private.read_documents(text, uuid []);
drop function public.acknowledge_document(text, uuid, int, text, date);
drop function private.acknowledge_document(text, uuid, int, text, date);
drop function public.acknowledge_documents(text, jsonb);
drop function private.acknowledge_documents(text, jsonb);
drop function public.report_document_error(text, uuid, jsonb);
drop function private.report_document_error(text, uuid, jsonb);
drop function public.save_document_from_disk(text, text, text, text, text, text, date);
drop function private.save_document_from_disk(text, text, text, text, text, text, date);
drop function public.keep_displaced_document(text, uuid, text, date);
drop function private.keep_displaced_document(text, uuid, text, date);

create function private.list_documents(
  _executor text, _instance uuid, _only_ahead boolean, _project_ids text []
) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
begin
  perform private.require_executor(_executor);
  perform private.require_instance(_executor, _instance);
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
comment on function private.list_documents(text, uuid, boolean, text []) is 'See public.list_documents.';
select private.restrict_execute('private.list_documents', 'authenticated', 'service_role');

create function public.list_documents(
  executor text, instance uuid, only_ahead boolean default false, project_ids text [] default null
) returns jsonb
language sql stable set search_path = '' as $$
  select private.list_documents(executor, instance, only_ahead, project_ids)
$$;
comment on function public.list_documents(text, uuid, boolean, text []) is
'Of each agent that is live on this executor and not being removed: [{projectId, agentKey, agentIdShort, workspacePath, documents: [{id, type, revision, sha256, bytes, docDate, disk: {revision, sha256, docDate, isConflict, isError} or null}]}], without contents. only_ahead: the documents whose files are still to be written, and agents that have such. Refuses executor_held to an instance that waits.';
select private.restrict_execute('public.list_documents', 'authenticated', 'service_role');

create function private.read_documents(_executor text, _instance uuid, _doc_ids uuid []) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
begin
  perform private.require_executor(_executor);
  perform private.require_instance(_executor, _instance);
  return private.describe_documents(_executor, array(
    select d.id from public.brain_docs as d
    join public.agents as a on a.project_id = d.project_id and a.agent_key = d.agent_key
    where d.id = any(_doc_ids) and private.is_kept_in_step(a, _executor)
  ));
end $$;
comment on function private.read_documents(text, uuid, uuid []) is 'See public.read_documents.';
select private.restrict_execute('private.read_documents', 'authenticated', 'service_role');

create function public.read_documents(executor text, instance uuid, doc_ids uuid []) returns jsonb
language sql stable set search_path = '' as $$
  select private.read_documents(executor, instance, doc_ids)
$$;
comment on function public.read_documents(text, uuid, uuid []) is
'Those of these documents whose agents live on this executor and are not being removed, whole: [{id, type, content, revision, docDate, sha256, knownSha256, disk}]. A file with a known hash is ours. Refuses executor_held to an instance that waits.';
select private.restrict_execute('public.read_documents', 'authenticated', 'service_role');

create function private.acknowledge_document(
  _executor text, _instance uuid, _doc_id uuid, _revision int, _sha256 text, _doc_date date default null
) returns void
language plpgsql security definer set search_path = '' as $$
begin
  perform private.require_document(_executor, _doc_id);
  perform private.require_instance(_executor, _instance);
  perform private.keep_acknowledgement(_executor, _doc_id, _revision, _sha256, _doc_date);
end $$;
comment on function private.acknowledge_document(text, uuid, uuid, int, text, date) is 'See public.acknowledge_document.';
select private.restrict_execute('private.acknowledge_document', 'authenticated', 'service_role');

create function public.acknowledge_document(
  executor text, instance uuid, doc_id uuid, revision int, sha256 text, doc_date date default null
) returns void
language sql set search_path = '' as $$
  select private.acknowledge_document(executor, instance, doc_id, revision, sha256, doc_date)
$$;
comment on function public.acknowledge_document(text, uuid, uuid, int, text, date) is
'Says that this revision of the document, with this hash, lies on the executor''s disk; of a daily note, of which day. Ends an error, and with the hash of head a conflict. Refuses executor_held to an instance that waits.';
select private.restrict_execute('public.acknowledge_document', 'authenticated', 'service_role');

create function private.acknowledge_documents(_executor text, _instance uuid, _acknowledgements jsonb) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  one record;
  kept jsonb := '[]';
begin
  perform private.require_executor(_executor);
  perform private.require_instance(_executor, _instance);
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
comment on function private.acknowledge_documents(text, uuid, jsonb) is 'See public.acknowledge_documents.';
select private.restrict_execute('private.acknowledge_documents', 'authenticated', 'service_role');

create function public.acknowledge_documents(executor text, instance uuid, acknowledgements jsonb) returns jsonb
language sql set search_path = '' as $$
  select private.acknowledge_documents(executor, instance, acknowledgements)
$$;
comment on function public.acknowledge_documents(text, uuid, jsonb) is
'As acknowledge_document, of up to 500 at once: [{id, revision, sha256, docDate?}]. Answers the ids of those that were heard: not what belongs to no agent of this executor, nor what somebody is just writing. Refuses executor_held to an instance that waits.';
select private.restrict_execute('public.acknowledge_documents', 'authenticated', 'service_role');

create function private.report_document_error(_executor text, _instance uuid, _doc_id uuid, _error jsonb) returns void
language plpgsql security definer set search_path = '' as $$
begin
  perform private.require_document(_executor, _doc_id);
  perform private.require_instance(_executor, _instance);
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
comment on function private.report_document_error(text, uuid, uuid, jsonb) is 'See public.report_document_error.';
select private.restrict_execute('private.report_document_error', 'authenticated', 'service_role');

create function public.report_document_error(executor text, instance uuid, doc_id uuid, error jsonb) returns void
language sql set search_path = '' as $$
  select private.report_document_error(executor, instance, doc_id, error)
$$;
comment on function public.report_document_error(text, uuid, uuid, jsonb) is
'Says why the file of this document cannot be read or written: {code, message, hint?}. The next acknowledgement takes it back. Refuses executor_held to an instance that waits.';
select private.restrict_execute('public.report_document_error', 'authenticated', 'service_role');

-- As it was, for whoever has shown that it may: by its instance, or by its claim.
create function private.bring_document(
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
      -- The file was written once more: what stood there before is a text of it like any other.
      update public.brain_doc_versions as v set conflict = false, settled_at = clock_timestamp()
      where v.id = disk.conflict_version and v.id <> version_id and v.settled_at is null;
      return query select 'conflict', doc.id, doc.revision;
      return;
    end if;
  end if;
  perform private.keep_acknowledgement(_executor, doc.id, doc.revision, found_sha256, _doc_date);
  return query select 'adopted', doc.id, doc.revision;
end $$;
comment on function private.bring_document(text, text, text, text, text, text, date) is 'Brings a text from this executor''s disk into its document, and says what became of it. Refuses invalid_request, payload_too_large, not_found.';
select private.restrict_execute('private.bring_document', variadic '{}');

create function private.save_document_from_disk(
  _executor text, _instance uuid, _project_id text, _agent_key text, _doc_type text, _base_sha256 text, _content text,
  _doc_date date
) returns table (outcome text, doc_id uuid, revision int)
language plpgsql security definer set search_path = '' as $$
begin
  perform private.require_executor(_executor);
  perform private.require_instance(_executor, _instance);
  return query
    select * from private.bring_document(
      _executor, _project_id, _agent_key, _doc_type, _base_sha256, _content, _doc_date
    );
end $$;
comment on function private.save_document_from_disk(text, uuid, text, text, text, text, text, date) is 'See public.save_document_from_disk.';
select private.restrict_execute('private.save_document_from_disk', 'authenticated', 'service_role');

create function public.save_document_from_disk(
  executor text, instance uuid, project_id text, agent_key text, doc_type text, content text,
  base_sha256 text default null, doc_date date default null
) returns table (outcome text, doc_id uuid, revision int)
language sql set search_path = '' as $$
  select * from private.save_document_from_disk(
    executor, instance, project_id, agent_key, doc_type, base_sha256, content, doc_date
  )
$$;
comment on function public.save_document_from_disk(text, uuid, text, text, text, text, text, date) is
'Brings in a file that someone wrote on disk; base_sha256 is what the executor last acknowledged there. adopted: head is this now (it was not there, empty, the untouched template, of an earlier day, or the base), and acknowledged. conflict: head stays, this is kept as a version. stale: head is the note of a later day, or one of an earlier day that is still to be written. Refuses executor_held to an instance that waits.';
select private.restrict_execute('public.save_document_from_disk', 'authenticated', 'service_role');

create function private.keep_displaced_document(
  _executor text, _instance uuid, _doc_id uuid, _content text, _doc_date date
) returns void
language plpgsql security definer set search_path = '' as $$
begin
  perform private.require_document(_executor, _doc_id);
  perform private.require_instance(_executor, _instance);
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
comment on function private.keep_displaced_document(text, uuid, uuid, text, date) is 'See public.keep_displaced_document.';
select private.restrict_execute('private.keep_displaced_document', 'authenticated', 'service_role');

create function public.keep_displaced_document(
  executor text, instance uuid, doc_id uuid, content text, doc_date date default null
) returns void
language sql set search_path = '' as $$
  select private.keep_displaced_document(executor, instance, doc_id, content, doc_date)
$$;
comment on function public.keep_displaced_document(text, uuid, uuid, text, date) is
'Keeps as a version a text that was written to the file in the moment in which the file was replaced. Nothing to do when the document ever had it. Refuses executor_held to an instance that waits.';
select private.restrict_execute('public.keep_displaced_document', 'authenticated', 'service_role');

-- As it was, by the new name of what it calls.
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
    select s.outcome from private.bring_document(
      lease.executor_id, request.project_id, request.agent_key, _doc_type, base, _content, null
    ) as s
  );
end $$;

-- As it was, but that a daily note of which nobody has said the day is of the one in whose file the other text was found:
-- settled after midnight, it would go into another file.
create or replace function private.settle_conflict(_version bigint) returns void
language sql security definer set search_path = '' as $$
  update public.brain_docs as d set doc_date = v.doc_date
  from public.brain_doc_versions as v
  where v.id = _version and d.id = v.doc_id and d.doc_date is null and v.doc_date is not null;
  update public.brain_doc_versions as v set settled_at = clock_timestamp() where v.id = _version;
  update public.brain_doc_disk as k set conflict_version = null, revision = null where k.conflict_version = _version;
$$;
comment on function private.settle_conflict(bigint) is 'Ends the conflict of this version: its text is known as ours, and its file is behind the document, which is of its day.';

notify pgrst, 'reload schema';
