-- Field rules that hold alike in browser, function and database, and that bind what a write changes and nothing else.

-- White space and invisible characters are named one by one: what \s means to Postgres depends on the locale of the
-- database, and \p{…} it does not know. A test compares every code point with the contract.
create or replace function private.is_one_line(_text text, _least int, _most int) returns boolean
language sql immutable parallel safe set search_path = '' as $$
  select char_length(_text) between _least and _most
    and _text = normalize(_text, NFC)
    and _text !~ '[\u0001-\u001F\u007F-\u009F\u2028\u2029\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]'
    -- The space itself is the only white space, and stands alone and inside.
    and _text !~ '[\u00A0\u1680\u2000-\u200A\u202F\u205F\u3000\uFEFF]|^ | $|  '
    -- White space again, and what a font draws nothing for.
    and (_least = 0 or _text ~ (
      '[^ \u00AD\u034F\u115F\u1160\u17B4\u17B5\u180B-\u180F\u200B-\u200F\u202A-\u202E\u2060-\u206F\u2800\u3164'
      || '\uFE00-\uFE0F\uFEFF\uFFA0\uFFF0-\uFFF8\U0001BCA0-\U0001BCA3\U0001D173-\U0001D17A\U000E0000-\U000E0FFF]'
    ))
$$;
comment on function private.is_one_line(text, int, int) is 'NFC, trimmed, single spaces, no control, line-break or bidi characters, this many characters, and if any then one that can be seen.';

create or replace function private.is_emoji(_text text) returns boolean
language sql immutable parallel safe set search_path = '' as $$
  select octet_length(_text) between 1 and 64
    and _text !~ '[A-Za-z \u0001-\u001F\u007F-\u00A0\u1680\u2000-\u200A\u2028\u2029\u202F\u205F\u3000\uFEFF]'
$$;

-- A CHECK, even one that is NOT VALID, is asked at every update of a row: an agent that an older dashboard named
-- differently could not even change its colour. A trigger knows what changed.
alter table public.agents
drop constraint agents_name_check,
drop constraint agents_emoji_check,
drop constraint agents_agent_id_short_check;

create function private.check_agent_fields() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  broken text := case
    when new.name is distinct from old.name and not private.is_one_line(new.name, 1, 80) then 'name'
    when new.emoji is distinct from old.emoji and not private.is_emoji(new.emoji) then 'emoji'
    when new.agent_id_short is distinct from old.agent_id_short
      and not private.is_agent_id(new.agent_id_short) and new.agent_key <> 'agent:main:main' then 'agent_id_short'
  end;
begin
  if broken is not null then
    raise exception using
      errcode = 'check_violation',
      message = format('This %s is not one that an agent may have', broken),
      schema = 'public', table = 'agents', column = broken, constraint = format('agents_%s_check', broken);
  end if;
  return new;
end $$;
comment on function private.check_agent_fields() is 'The field rules of agents, for the fields that a write changes. Definer, because whoever writes need not be able to ask the rules.';
select private.restrict_execute('private.check_agent_fields', variadic '{}');
-- After the write, because a BEFORE INSERT also sees the row that an upsert proposes and never inserts: an upsert of what
-- was there before would be refused for what it does not change.
create trigger check_agent_fields after insert or update on public.agents
for each row execute function private.check_agent_fields();

alter table public.brain_docs drop constraint brain_docs_content_check;

create function private.check_document_content() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if new.content is distinct from old.content and octet_length(new.content) > 1048576 then
    raise exception using
      errcode = 'check_violation',
      message = 'A document holds at most 1 MiB',
      schema = 'public', table = 'brain_docs', column = 'content', constraint = 'brain_docs_content_check';
  end if;
  return new;
end $$;
comment on function private.check_document_content() is 'The largest document, for a write that changes its content.';
select private.restrict_execute('private.check_document_content', variadic '{}');
create trigger check_document_content after insert or update on public.brain_docs
for each row execute function private.check_document_content();

-- An older dashboard names the status when it asks for an agent; the policy lets it say nothing but queued.
grant insert (status) on public.agent_provision_requests to anon, authenticated;
