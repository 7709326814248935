-- One of each end; and the open ones: waiting since February, asked for twice, left running, in a word of an older
-- worker, and sent round again with the end of the first round still on it.
insert into public.agent_provision_requests
(id, project_id, agent_key, agent_id_short, display_name, emoji, role_short, status, result, requested_at, picked_up_at, completed_at)
values
('10000000-0000-4000-8000-000000000001', 'front-office', 'agent:ricky:main', 'ricky', 'Ricky', '🦊', 'Front desk',
 'queued', null, '2026-02-14 08:00:00+00', null, null),
('10000000-0000-4000-8000-000000000002', 'front-office', 'agent:ricky:main', 'ricky', 'Ricky', '🦊', 'Front desk',
 'queued', null, '2026-02-14 08:05:00+00', null, null),
('10000000-0000-4000-8000-000000000003', 'front-office', 'agent:Bad Id:main', 'Bad Id', 'Bad Id', '🐙', null,
 'running', null, '2026-02-03 08:00:00+00', '2026-02-03 08:00:10+00', null),
('10000000-0000-4000-8000-000000000004', 'front-office', 'agent:foxy:main', 'foxy', 'Foxy', ':fox:', null,
 'processing', '{"log": "adding…"}', '2026-02-06 08:00:00+00', '2026-02-06 08:00:10+00', null),
('10000000-0000-4000-8000-000000000005', 'front-office', 'agent:mira:main', 'mira', 'Mira', '🌙', 'Nights',
 'queued', '{"error": "spawn openclaw ENOENT"}', '2026-02-12 08:00:00+00', '2026-02-12 08:00:10+00', '2026-02-12 08:00:11+00'),
('10000000-0000-4000-8000-000000000011', 'front-office', 'agent:nova:main', 'nova', 'Nova ', '🌟', '',
 'done', '{"ok": true, "stdout": "Agent added"}', '2026-02-04 08:00:00+00', '2026-02-04 08:00:10+00', '2026-02-04 08:00:20+00'),
('10000000-0000-4000-8000-000000000012', 'front-office', 'agent:foxy:main', 'foxy', 'Foxy', ':fox:', null,
 'error', '{"error": "Command failed"}', '2026-02-06 07:00:00+00', '2026-02-06 07:00:10+00', '2026-02-06 07:00:20+00'),
('10000000-0000-4000-8000-000000000013', 'front-office', 'agent:quiet:main', 'quiet', 'Quiet', null, null,
 'error', null, '2026-02-05 08:00:00+00', null, null),
('10000000-0000-4000-8000-000000000014', 'back-office', 'agent:gone:main', 'gone', E'Gone\n', '💨', null,
 'cancelled', null, '2026-02-05 08:00:00+00', null, '2026-02-05 09:00:00+00');
