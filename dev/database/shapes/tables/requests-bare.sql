-- The twelve columns that the plan lists, typed in by hand. A key on id, because without one neither the table editor
-- nor Realtime works; everything else nullable and without a default, no policy, no row level security.
create table public.agent_provision_requests (
  id uuid primary key default gen_random_uuid(),
  project_id text,
  agent_key text,
  agent_id_short text,
  display_name text,
  emoji text,
  role_short text,
  status text,
  result jsonb,
  requested_at timestamptz,
  picked_up_at timestamptz,
  completed_at timestamptz
);
