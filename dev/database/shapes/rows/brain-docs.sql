insert into public.brain_docs (id, project_id, agent_key, doc_type, content, updated_by, updated_at)
select
  ('c0000000-0000-4000-8000-0000000000' || lpad(n::text, 2, '0'))::uuid, 'front-office', 'agent:main:main', doc_type,
  format(E'# %s\n\nI''m Trunks ⚡. {{name}} \\ %%s "quoted"\r\n', doc_type), 'dashboard', '2026-03-01 10:00:00+00'
from unnest(array[
  'soul', 'agents', 'user', 'memory_long', 'memory_today', 'mission', 'project_overview', 'capabilities',
  'project_mission', 'project_rules'
]) with ordinality as types (doc_type, n);
insert into public.brain_docs (id, project_id, agent_key, doc_type, content, updated_by, updated_at) values
('c0000000-0000-4000-8000-000000000021', 'front-office', 'agent:ricky:main', 'soul', '', null, '2026-02-14 08:00:00+00'),
-- 1.2 MiB, from a time without a limit.
('c0000000-0000-4000-8000-000000000022', 'front-office', 'agent:nova:main', 'memory_long', repeat('A line of log.'
  || chr(10), 83887), 'agent', '2026-02-15 08:00:00+00'),
('c0000000-0000-4000-8000-000000000023', 'back-office', 'agent:gone:main', 'user', U&'Rene\0301e was here', 'x', '2026-02-16 08:00:00+00');
