-- Realtime: what clients are nudged about. Adding a table twice is an error in Postgres, so each is looked up first.

do $$
declare
  carried text;
begin
  if not exists (select from pg_catalog.pg_publication where pubname = 'supabase_realtime') then
    create publication supabase_realtime;
  end if;
  foreach carried in array array[
    'agents', 'agent_status', 'agent_provision_requests', 'brain_docs', 'brain_doc_disk', 'executors',
    'executor_runtime'
  ]
  loop
    if not exists (
      select from pg_catalog.pg_publication_tables
      where pubname = 'supabase_realtime' and schemaname = 'public' and tablename = carried
    ) then
      execute format('alter publication supabase_realtime add table public.%I', carried);
    end if;
  end loop;
end $$;

notify pgrst, 'reload schema';
