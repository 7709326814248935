-- Traces: who may do what since when, and every edit of an agent or a document, whichever road it took.

create or replace function private.add_member(_project_id text, _user_id uuid, _role text) returns void
language plpgsql security definer set search_path = '' as $$
begin
  perform private.lock_access();
  perform private.require_administer(coalesce(_project_id, ''));
  if _user_id is null or coalesce(_role, '') not in ('viewer', 'operator', 'owner') then
    perform private.refuse(400, 'invalid_request', 'A member is a user, as viewer, operator or owner', null, 'role');
  end if;
  if not exists (select from public.projects as p where p.id = _project_id) then
    perform private.refuse(404, 'project_not_found', 'This project does not exist', 'Check the project id', 'projectId');
  end if;
  if private.is_machine(_user_id) then
    perform private.refuse(403, 'forbidden', 'This user is an executor''s, and belongs to no project', 'Add a person');
  end if;
  if _role <> 'owner' then
    perform private.require_other_owner(_project_id, _user_id);
  end if;
  insert into public.project_members as m (project_id, user_id, role) values (_project_id, _user_id, _role)
  on conflict (project_id, user_id) do update set role = excluded.role where m.role <> excluded.role;
end $$;

create or replace function private.remove_member(_project_id text, _user_id uuid) returns void
language plpgsql security definer set search_path = '' as $$
begin
  perform private.lock_access();
  perform private.require_administer(coalesce(_project_id, ''));
  perform private.require_other_owner(_project_id, _user_id);
  delete from public.project_members as m where m.project_id = _project_id and m.user_id = _user_id;
end $$;

create function private.author() returns text
language sql stable set search_path = '' as $$
  select coalesce(nullif(current_setting('hatchery.author', true), ''), auth.uid()::text, auth.role(), session_user::text)
$$;
comment on function private.author() is 'Who is writing, as activities name them: hatchery.author, which the functions set for a transaction, or else who is calling.';
select private.restrict_execute('private.author', variadic '{}');

create function private.record_member_change() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  member public.project_members := case tg_op when 'DELETE' then old else new end;
begin
  insert into public.activities (project_id, type, message, requested_by)
  select p.id,
    case tg_op when 'DELETE' then 'member_removed' else 'member_added' end,
    case tg_op
      when 'DELETE' then format('Member %s does not belong to this project any more', left(member.user_id::text, 8))
      else format('Member %s is now %s of this project', left(member.user_id::text, 8), member.role)
    end,
    private.author()
  -- Members who go with their project leave nothing: there is no place for it.
  from public.projects as p where p.id = member.project_id;
  return null;
end $$;
comment on function private.record_member_change() is 'One activity for each change of who belongs to a project, with who made it.';
select private.restrict_execute('private.record_member_change', variadic '{}');
create trigger record_member_added after insert on public.project_members
for each row execute function private.record_member_change();
create trigger record_member_changed after update on public.project_members
for each row when ((new.project_id, new.user_id, new.role) is distinct from (old.project_id, old.user_id, old.role))
execute function private.record_member_change();
create trigger record_member_removed after delete on public.project_members
for each row execute function private.record_member_change();

create function private.record_credential_change() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  insert into public.activities (project_id, type, message, requested_by)
  select p.id,
    case tg_op when 'INSERT' then 'executor_enrolled' else 'executor_revoked' end,
    format(
      case tg_op when 'INSERT' then 'The executor %s was let in' else 'The executor %s lost its credential' end,
      coalesce((select e.display_name from public.executors as e where e.id = new.executor_id), new.executor_id)
    ),
    coalesce(case tg_op when 'INSERT' then new.enrolled_by else new.revoked_by end, private.author())
  -- An executor serves every project.
  from public.projects as p;
  return null;
end $$;
comment on function private.record_credential_change() is 'One activity in each project for an executor that gets a credential or loses it, with who did it.';
select private.restrict_execute('private.record_credential_change', variadic '{}');
create trigger record_executor_enrolled after insert on private.executor_credentials
for each row execute function private.record_credential_change();
create trigger record_executor_revoked after update of revoked_at on private.executor_credentials
for each row when (old.revoked_at is null and new.revoked_at is not null)
execute function private.record_credential_change();

drop trigger record_agent_renamed on public.agents;
create or replace function private.record_agent_change() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  agent public.agents := case tg_op when 'DELETE' then old else new end;
  -- As JSON, because an older dashboard may lack one of these columns or have it.
  edited text := (
    select string_agg(field.word, ' and ' order by field.nr)
    from (
      values (1, 'role', 'role'), (2, 'purpose_text', 'purpose'), (3, 'description', 'description'), (4, 'agent_key', 'key')
    ) as field (nr, name, word)
    where tg_op = 'UPDATE' and to_jsonb(old) -> field.name is distinct from to_jsonb(new) -> field.name
  );
begin
  insert into public.activities (project_id, type, message, actor_agent_key, requested_by)
  select p.id, event.type, event.message, agent.agent_key, private.author()
  -- An agent that goes with its project leaves nothing: there is no place for it.
  from public.projects as p
  cross join (
    values
    ('agent_removed', case when tg_op = 'DELETE' then format('%s was removed', old.name) end),
    ('agent_renamed', case when tg_op = 'UPDATE' and (old.name, old.emoji) is distinct from (new.name, new.emoji)
      then format('%s is now %s', concat_ws(' ', old.emoji, old.name), concat_ws(' ', new.emoji, new.name))
    end),
    ('agent_edited', format('%s was given another %s', new.name, edited))
  ) as event (type, message)
  where p.id = agent.project_id and event.message is not null and (event.type <> 'agent_edited' or edited is not null);
  return null;
end $$;
comment on function private.record_agent_change() is 'An activity for each agent that is given another name or emoji, is edited otherwise, or is removed, with who did it.';
create trigger record_agent_edited after update on public.agents
for each row execute function private.record_agent_change();

create function private.document_name(_doc_type text) returns text
language sql immutable parallel safe set search_path = '' as $$
  select case _doc_type
    when 'soul' then 'SOUL.md'
    when 'user' then 'USER.md'
    when 'memory_long' then 'MEMORY.md'
    when 'memory_today' then 'Today''s note'
    when 'agents' then 'AGENTS.md'
    when 'identity' then 'IDENTITY.md'
    else 'The document ' || _doc_type
  end
$$;
comment on function private.document_name(text) is 'What people call a document of this type.';
select private.restrict_execute('private.document_name', variadic '{}');

create function private.record_document_edit() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  doc public.brain_docs := case tg_op when 'DELETE' then old else new end;
  who text := private.author();
  what text := private.document_name(doc.doc_type) || case tg_op when 'DELETE' then ' was deleted' else ' was edited' end;
begin
  insert into public.activities (project_id, type, message, actor_agent_key, requested_by)
  select a.project_id, 'document_edited', what, a.agent_key, who
  -- What goes with its agent or its project is told as that.
  from public.agents as a
  where a.project_id = doc.project_id and a.agent_key = doc.agent_key
    and coalesce(current_setting('hatchery.source', true), '') not in ('template', 'disk')
    -- An editor that saves while somebody types is one edit; brain_doc_versions has every one of them.
    and not exists (
      select from public.activities as earlier
      where earlier.project_id = doc.project_id and earlier.actor_agent_key = doc.agent_key
        and earlier.type = 'document_edited' and earlier.message = what and earlier.requested_by = who
        and earlier.created_at between now() - interval '10 minutes' and now()
    );
  return null;
end $$;
comment on function private.record_document_edit() is 'An activity for a document that a person wrote, moved or deleted, with who did it; what templates and executors write is in brain_doc_versions alone.';
select private.restrict_execute('private.record_document_edit', variadic '{}');
create trigger record_document_written after insert or delete on public.brain_docs
for each row execute function private.record_document_edit();
create trigger record_document_edited after update on public.brain_docs
for each row when (
  (new.revision, new.project_id, new.agent_key, new.doc_type)
  is distinct from (old.revision, old.project_id, old.agent_key, old.doc_type)
) execute function private.record_document_edit();

-- A text that is moved to another agent is one that this agent never had.
drop trigger keep_version_of_changed on public.brain_docs;
create trigger keep_version_of_changed after update on public.brain_docs
for each row when (
  (new.revision, new.project_id, new.agent_key, new.doc_type)
  is distinct from (old.revision, old.project_id, old.agent_key, old.doc_type)
) execute function private.keep_version();

create or replace function private.stamp_activity() returns trigger
language plpgsql set search_path = '' as $$
begin
  if current_user in ('anon', 'authenticated') then
    new.requested_by := case tg_op when 'INSERT' then coalesce(auth.uid()::text, 'anon') else old.requested_by end;
    -- One from tomorrow would stand above everything that happens until then.
    new.created_at := case tg_op when 'INSERT' then now() else old.created_at end;
  end if;
  return new;
end $$;
comment on function private.stamp_activity() is 'A client that may write activities writes them in its own name, and with the time of then.';

notify pgrst, 'reload schema';
