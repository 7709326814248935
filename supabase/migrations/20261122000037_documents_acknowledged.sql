-- Words about files: an executor says which text lies on its disk, and what is wrong with a file.

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

notify pgrst, 'reload schema';
