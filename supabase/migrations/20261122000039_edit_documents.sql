-- Editing documents: what a person reads, saves and settles, whatever the agent's machine is doing meanwhile.

create function private.require_agent_with_files(_agent public.agents) returns void
language plpgsql stable security definer set search_path = '' as $$
begin
  if not _agent.provisioned and _agent.workspace_path is null and not exists (
    select from public.agent_provision_requests as r
    where r.project_id = _agent.project_id and r.agent_key = _agent.agent_key and r.kind in ('provision', 'adopt')
  ) then
    perform private.refuse(
      404, 'agent_not_provisioned', 'This agent has no workspace, and nobody has asked for one',
      case _agent.agent_key when 'agent:main:main' then 'Adopt it first' else 'Provision or adopt it first' end
    );
  end if;
end $$;
comment on function private.require_agent_with_files(public.agents) is 'Refuses agent_not_provisioned for an agent that has no files and gets none.';
select private.restrict_execute('private.require_agent_with_files', variadic '{}');

create function private.describe_document(_agent public.agents, _doc_type text) returns jsonb
language sql stable security definer set search_path = '' as $$
  select jsonb_build_object(
    'content', coalesce(d.content, ''),
    'revision', coalesce(d.revision, 0),
    'docDate', d.doc_date,
    'updatedAt', d.updated_at,
    'updatedBy', (
      select v.author from public.brain_doc_versions as v
      where v.doc_id = d.id and v.revision = d.revision order by v.id desc limit 1
    ),
    'onDisk', coalesce(
      k.revision = d.revision and k.doc_date is not distinct from d.doc_date
      and k.conflict_version is null and k.error is null,
      false
    ),
    'syncedAt', k.synced_at,
    'error', k.error,
    'conflict', case when v.id is not null then jsonb_build_object(
      'version', v.id, 'content', v.content, 'foundAt', v.created_at
    ) end
  )
  from (select 1) as one
  left join public.brain_docs as d
    on d.project_id = _agent.project_id and d.agent_key = _agent.agent_key and d.doc_type = _doc_type
  left join public.brain_doc_disk as k on k.doc_id = d.id and k.executor_id = private.home_of(_agent)
  left join public.brain_doc_versions as v on v.id = k.conflict_version
$$;
comment on function private.describe_document(public.agents, text) is '{content, revision, docDate, updatedAt, updatedBy, onDisk, syncedAt, error, conflict: {version, content, foundAt} or null}; revision 0 for one that is not there yet.';
select private.restrict_execute('private.describe_document', variadic '{}');

create function private.read_document(_project_id text, _agent_key text, _doc_type text) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  agent public.agents;
begin
  select * into agent from public.agents as a where a.project_id = _project_id and a.agent_key = _agent_key;
  if not found then
    perform private.refuse(404, 'not_found', 'This project has no such agent', 'Reload the page: it may have been removed');
  end if;
  perform private.require_agent_with_files(agent);
  return private.describe_document(agent, _doc_type);
end $$;
comment on function private.read_document(text, text, text) is 'See public.read_document.';
select private.restrict_execute('private.read_document', 'service_role');

create function public.read_document(project_id text, agent_key text, doc_type text) returns jsonb
language sql stable set search_path = '' as $$
  select private.read_document(project_id, agent_key, doc_type)
$$;
comment on function public.read_document(text, text, text) is
'A document and where it stands on its agent''s machine: {content, revision, docDate, updatedAt, updatedBy, onDisk, syncedAt, error, conflict: {version, content, foundAt} or null}. Refuses not_found, agent_not_provisioned.';
select private.restrict_execute('public.read_document', 'service_role');

create function private.write_head(
  _agent public.agents, _doc_type text, _content text, _doc_date date, _reason text, _requested_by text
) returns void
language plpgsql security definer set search_path = '' as $$
begin
  perform set_config('hatchery.author', _requested_by, true);
  perform set_config('hatchery.source', 'dashboard', true);
  perform set_config('hatchery.reason', coalesce(_reason, ''), true);
  -- Also when nothing changes: whoever watches the row looks again.
  insert into public.brain_docs (project_id, agent_key, doc_type, content, updated_by, doc_date)
  values (_agent.project_id, _agent.agent_key, _doc_type, _content, _requested_by, _doc_date)
  on conflict (project_id, agent_key, doc_type) do update
  set content = excluded.content, updated_by = excluded.updated_by,
    doc_date = coalesce(excluded.doc_date, public.brain_docs.doc_date);
end $$;
comment on function private.write_head(public.agents, text, text, date, text, text) is 'Makes this the head of a document, as typed in the dashboard. Without a date a daily note stays of its day.';
select private.restrict_execute('private.write_head', variadic '{}');

create function private.settle_conflict(_version bigint) returns void
language sql security definer set search_path = '' as $$
  update public.brain_doc_versions as v set settled_at = clock_timestamp() where v.id = _version;
  update public.brain_doc_disk as k set conflict_version = null, revision = null where k.conflict_version = _version;
$$;
comment on function private.settle_conflict(bigint) is 'Ends the conflict of this version: its text is known as ours, and its file is behind the document.';
select private.restrict_execute('private.settle_conflict', variadic '{}');

create function private.lock_document(_project_id text, _agent_key text, _doc_type text) returns public.agents
language plpgsql security definer set search_path = '' as $$
declare
  agent public.agents := private.lock_agent(_project_id, _agent_key);
begin
  perform private.require_agent_with_files(agent);
  if exists (
    select from public.agent_provision_requests as r
    where r.project_id = _project_id and r.agent_key = _agent_key
      and r.kind = 'deprovision' and r.status in ('queued', 'running')
  ) then
    perform private.refuse_deleting();
  end if;
  perform from public.brain_docs as d
  where d.project_id = _project_id and d.agent_key = _agent_key and d.doc_type = _doc_type
  for update;
  return agent;
end $$;
comment on function private.lock_document(text, text, text) is 'The agent, with it and this document locked, to be written. Refuses not_found, agent_not_provisioned, agent_deleting.';
select private.restrict_execute('private.lock_document', variadic '{}');

create function private.save_document(
  _project_id text, _agent_key text, _doc_type text, _content text, _base_revision int, _doc_date date, _reason text,
  _requested_by text
) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  agent public.agents := private.lock_document(_project_id, _agent_key, _doc_type);
  head jsonb := private.describe_document(agent, _doc_type);
begin
  -- Said twice because the answer was lost, or typed by two alike: it is saved.
  if head ->> 'content' is distinct from _content or (head ->> 'revision')::int = 0
    or _doc_date > (head ->> 'docDate')::date
  then
    if (head ->> 'revision')::int is distinct from _base_revision or _doc_date < (head ->> 'docDate')::date then
      return jsonb_build_object('outcome', 'changed', 'document', head);
    end if;
    perform private.write_head(agent, _doc_type, _content, _doc_date, _reason, _requested_by);
  end if;
  -- What lies on disk was typed here, or put in place of the text here: the two do not differ.
  if _content = head #>> '{conflict,content}' then
    perform private.settle_conflict((head #>> '{conflict,version}')::bigint);
  end if;
  return jsonb_build_object('outcome', 'saved', 'document', private.describe_document(agent, _doc_type));
end $$;
comment on function private.save_document(text, text, text, text, int, date, text, text) is 'See public.save_document.';
select private.restrict_execute('private.save_document', 'service_role');

create function public.save_document(
  project_id text, agent_key text, doc_type text, content text, base_revision int, requested_by text,
  doc_date date default null, reason text default null
) returns jsonb
language sql set search_path = '' as $$
  select private.save_document(
    project_id, agent_key, doc_type, content, base_revision, doc_date, reason, requested_by
  )
$$;
comment on function public.save_document(text, text, text, text, int, text, date, text) is
'Makes content the head when base_revision still is (0: not there yet); answers {outcome: saved or changed, document}, the document as read_document has it. doc_date: begins the note of that day. Refuses not_found, agent_not_provisioned, agent_deleting.';
select private.restrict_execute('public.save_document', 'service_role');

create function private.resolve_document(
  _project_id text, _agent_key text, _doc_type text, _content text, _base_revision int, _conflict_version bigint,
  _requested_by text
) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  agent public.agents := private.lock_document(_project_id, _agent_key, _doc_type);
  head jsonb := private.describe_document(agent, _doc_type);
  is_open boolean := head -> 'conflict' <> 'null';
begin
  if not is_open then
    -- The answer was lost, or the file was put right on its own: there is nothing to settle.
    return jsonb_build_object(
      'outcome', case when head ->> 'content' = _content then 'saved' else 'changed' end, 'document', head
    );
  end if;
  if (head ->> 'revision')::int <> _base_revision or (head #>> '{conflict,version}')::bigint <> _conflict_version then
    return jsonb_build_object('outcome', 'changed', 'document', head);
  end if;
  perform private.settle_conflict(_conflict_version);
  perform private.write_head(agent, _doc_type, _content, null, 'settled', _requested_by);
  return jsonb_build_object('outcome', 'saved', 'document', private.describe_document(agent, _doc_type));
end $$;
comment on function private.resolve_document(text, text, text, text, int, bigint, text) is 'See public.resolve_document.';
select private.restrict_execute('private.resolve_document', 'service_role');

create function public.resolve_document(
  project_id text, agent_key text, doc_type text, content text, base_revision int, conflict_version bigint,
  requested_by text
) returns jsonb
language sql set search_path = '' as $$
  select private.resolve_document(
    project_id, agent_key, doc_type, content, base_revision, conflict_version, requested_by
  )
$$;
comment on function public.resolve_document(text, text, text, text, int, bigint, text) is
'Settles a conflict: content becomes head, and the file may be overwritten. Answers {outcome: saved or changed, document}; changed when either side is not what was seen any more. Refuses not_found, agent_not_provisioned, agent_deleting.';
select private.restrict_execute('public.resolve_document', 'service_role');

notify pgrst, 'reload schema';
