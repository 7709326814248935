-- Texts from disk: what somebody wrote into a file comes in, and nothing that it meets is lost.

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
