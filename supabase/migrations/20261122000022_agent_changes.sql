-- An agent that is renamed or removed leaves an activity, whichever road the change took: an older dashboard writes the
-- table itself.

create function private.record_agent_change() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  who text := coalesce(nullif(current_setting('hatchery.author', true), ''), auth.uid()::text, auth.role(), session_user::text);
begin
  insert into public.activities (project_id, type, message, actor_agent_key, requested_by)
  select p.id,
    case tg_op when 'DELETE' then 'agent_removed' else 'agent_renamed' end,
    case tg_op
      when 'DELETE' then format('%s was removed', old.name)
      else format('%s is now %s', concat_ws(' ', old.emoji, old.name), concat_ws(' ', new.emoji, new.name))
    end,
    old.agent_key, who
  -- An agent that goes with its project leaves nothing: there is no place for it.
  from public.projects as p where p.id = old.project_id;
  return null;
end $$;
comment on function private.record_agent_change() is 'One activity for each agent that is given another name or emoji, or is removed, with who did it.';
select private.restrict_execute('private.record_agent_change', variadic '{}');
create trigger record_agent_renamed after update on public.agents
for each row when ((old.name, old.emoji) is distinct from (new.name, new.emoji))
execute function private.record_agent_change();
create trigger record_agent_removed after delete on public.agents
for each row execute function private.record_agent_change();
