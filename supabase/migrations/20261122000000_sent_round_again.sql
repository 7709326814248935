-- Before the chapter of requests, which takes an open request with an end on it for a finished one: the older dashboard
-- sent failed requests round again without taking their end off.

do $$
begin
  -- Where kind is there, that chapter has been and no such row is left.
  if to_regclass('public.agent_provision_requests') is not null and not exists (
    select from pg_catalog.pg_attribute
    where attrelid = to_regclass('public.agent_provision_requests') and attname = 'kind'
  ) then
    update public.agent_provision_requests
    set completed_at = null
    where status in ('queued', 'running') and completed_at is not null;
  end if;
end $$;
