create table public.agents (
  id uuid primary key default gen_random_uuid(),
  project_id text not null references public.projects (id) on delete cascade,
  agent_key text not null,
  name text not null,
  role text,
  emoji text,
  color text,
  created_at timestamptz not null default now(),
  agent_id_short text,
  workspace_path text,
  provisioned boolean not null default false,
  purpose_text text,
  description text,
  unique (project_id, agent_key)
);
alter table public.agents enable row level security;
create policy "Allow authenticated read agents" on public.agents for select to authenticated using (true);
create policy "Allow authenticated insert agents" on public.agents for insert to authenticated with check (true);
create policy "Allow authenticated update agents" on public.agents for update to authenticated using (true);
create policy "Allow authenticated delete agents" on public.agents for delete to authenticated using (true);
