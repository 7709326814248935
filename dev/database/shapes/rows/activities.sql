insert into public.activities (id, project_id, type, message, actor_agent_key, task_id, created_at, summary)
select
  ('e0000000-0000-4000-8000-0000000000' || lpad(n::text, 2, '0'))::uuid, 'front-office', 'agent_note', 'Note ' || n,
  'agent:main:main', case when n = 1 then 'd0000000-0000-4000-8000-000000000001'::uuid end,
  timestamptz '2026-03-01 10:00:00+00' + n * interval '1 hour', null
from generate_series(1, 25) as n;
