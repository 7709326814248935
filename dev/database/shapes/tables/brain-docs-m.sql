create table public.brain_docs (
  id uuid primary key default gen_random_uuid(),
  project_id text not null references public.projects (id) on delete cascade,
  agent_key text not null,
  doc_type text not null,
  content text not null default '',
  updated_by text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint brain_docs_doc_type_check check (
    doc_type in (
      'soul', 'agents', 'user', 'memory_long', 'memory_today', 'mission', 'project_overview', 'capabilities',
      'project_mission', 'project_rules'
    )
  ),
  constraint brain_docs_project_id_agent_key_doc_type_key unique (project_id, agent_key, doc_type)
);
alter table public.brain_docs enable row level security;
create policy "Allow authenticated read brain_docs" on public.brain_docs for select to authenticated using (true);
create policy "Allow authenticated insert brain_docs" on public.brain_docs
for insert to authenticated with check (true);
create policy "Allow authenticated update brain_docs" on public.brain_docs for update to authenticated using (true);
create policy "Allow authenticated delete brain_docs" on public.brain_docs for delete to authenticated using (true);
create trigger update_brain_docs_updated_at before update on public.brain_docs
for each row execute function public.update_updated_at_column();
