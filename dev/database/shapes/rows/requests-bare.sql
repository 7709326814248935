-- What only a table without rules can hold.
insert into public.agent_provision_requests
(id, project_id, agent_key, agent_id_short, display_name, status, requested_at, completed_at) values
('10000000-0000-4000-8000-000000000021', null, null, null, null, 'queued', null, null),
('10000000-0000-4000-8000-000000000022', 'front-office', null, '', '', 'done', '2026-02-05 08:00:00+00', '2026-02-05 09:00:00+00'),
('10000000-0000-4000-8000-000000000023', 'no-such-project', 'agent:x:main', 'x', 'X', null, null, null);
