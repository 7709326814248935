create table public.agent_status (
  id uuid primary key default gen_random_uuid(),
  project_id text not null references public.projects (id) on delete cascade,
  agent_key text not null,
  state text not null default 'idle' check (state in ('idle', 'working', 'blocked', 'sleeping')),
  current_task_id uuid references public.tasks (id) on delete set null,
  last_heartbeat_at timestamptz,
  last_activity_at timestamptz not null default now(),
  note text,
  unique (project_id, agent_key)
);
alter table public.agent_status enable row level security;
create policy "Allow authenticated read agent_status" on public.agent_status for select to authenticated using (true);
create policy "Allow authenticated insert agent_status" on public.agent_status
for insert to authenticated with check (true);
create policy "Allow authenticated update agent_status" on public.agent_status for update to authenticated using (true);
