create table public.projects (
  id text primary key,
  name text not null,
  workspace_path text,
  created_at timestamptz not null default now(),
  tag text
);
alter table public.projects enable row level security;
create policy "Allow authenticated read projects" on public.projects for select to authenticated using (true);
create policy "Allow authenticated insert projects" on public.projects for insert to authenticated with check (true);
create policy "Allow authenticated update projects" on public.projects for update to authenticated using (true);
create policy "Allow authenticated delete projects" on public.projects for delete to authenticated using (true);
