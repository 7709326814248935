create table public.activities (
  id uuid primary key default gen_random_uuid(),
  project_id text not null references public.projects (id) on delete cascade,
  type text not null,
  message text not null,
  actor_agent_key text,
  task_id uuid references public.tasks (id) on delete set null,
  created_at timestamptz not null default now(),
  summary text
);
alter table public.activities enable row level security;
create policy "Allow authenticated read activities" on public.activities for select to authenticated using (true);
create policy "Allow authenticated insert activities" on public.activities
for insert to authenticated with check (true);
