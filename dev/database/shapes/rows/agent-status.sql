insert into public.agent_status (id, project_id, agent_key, state, last_heartbeat_at, last_activity_at, note, current_task_id)
values
('b0000000-0000-4000-8000-000000000001', 'front-office', 'agent:main:main', 'working', '2026-11-20 10:00:00+00',
 '2026-11-20 10:00:00+00', 'On it', 'd0000000-0000-4000-8000-000000000001'),
('b0000000-0000-4000-8000-000000000002', 'front-office', 'agent:ricky:main', 'idle', null, '2026-02-14 08:00:00+00', null, null),
('b0000000-0000-4000-8000-000000000003', 'front-office', 'agent:Bad Id:main', 'blocked', null, '2026-02-14 08:00:00+00', '', null),
-- Of an agent that is gone.
('b0000000-0000-4000-8000-000000000004', 'back-office', 'agent:gone:main', 'sleeping', null, '2026-02-14 08:00:00+00', null, null);
