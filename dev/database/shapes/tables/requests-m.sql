create table public.agent_provision_requests (
  id uuid primary key default gen_random_uuid(),
  project_id text not null,
  agent_key text not null,
  agent_id_short text not null,
  display_name text not null,
  emoji text,
  role_short text,
  status text not null default 'queued',
  result jsonb,
  requested_at timestamptz not null default now(),
  picked_up_at timestamptz,
  completed_at timestamptz
);
alter table public.agent_provision_requests enable row level security;
create policy "Allow select on agent_provision_requests" on public.agent_provision_requests for select using (true);
create policy "Allow insert on agent_provision_requests" on public.agent_provision_requests
for insert with check (true);
create policy "Allow update on agent_provision_requests" on public.agent_provision_requests for update using (true);
