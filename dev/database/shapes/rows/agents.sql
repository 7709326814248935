-- What people and older versions really left there: names, ids and emoji that no rule of today lets in.
insert into public.agents
(id, project_id, agent_key, name, role, emoji, color, created_at, agent_id_short, workspace_path, provisioned)
values
('a0000000-0000-4000-8000-000000000001', 'front-office', 'agent:main:main', 'Trunks', 'Chief of staff', '⚡', '#f5a623',
 '2026-01-10 09:00:00+00', null, null, true),
('a0000000-0000-4000-8000-000000000002', 'front-office', 'agent:ricky:main', 'Ricky', 'Front desk', '🦊', '#22c55e',
 '2026-02-14 08:00:00+00', 'ricky', null, false),
('a0000000-0000-4000-8000-000000000003', 'front-office', 'agent:Bad Id:main', 'Bad Id', 'Research', '🐙', 'red',
 '2026-02-03 08:00:00+00', 'Bad Id', '/tmp/../etc', true),
('a0000000-0000-4000-8000-000000000004', 'front-office', 'agent:nova:main', 'Nova ', null, '🌟', null,
 '2026-02-04 08:00:00+00', 'nova', '~/.openclaw/workspace-nova', true),
('a0000000-0000-4000-8000-000000000005', 'front-office', 'agent:quiet:main', 'Quiet', '', null, null,
 '2026-02-05 08:00:00+00', null, null, false),
('a0000000-0000-4000-8000-000000000006', 'front-office', 'agent:foxy:main', 'Foxy', null, ':fox:', '#000000',
 '2026-02-06 08:00:00+00', 'foxy', null, false),
('a0000000-0000-4000-8000-000000000007', 'front-office', 'agent:ghost:main', 'Ghost', null, '👻', null,
 '2026-02-07 08:00:00+00', 'ghost', null, true),
('a0000000-0000-4000-8000-000000000008', 'front-office', 'agent:renee:main', U&'Rene\0301e', null, '🌹', null,
 '2026-02-08 08:00:00+00', 'renee', null, true),
('a0000000-0000-4000-8000-000000000009', 'front-office', 'agent:long:main', repeat('Langer Name ', 8) || 'Ende', null,
 '📏', null, '2026-02-09 08:00:00+00', 'long', null, true),
('a0000000-0000-4000-8000-000000000010', 'front-office', 'helper', 'Helper', 'No key of the usual form', '', null,
 '2026-02-10 08:00:00+00', null, null, false),
('a0000000-0000-4000-8000-000000000011', 'front-office', 'agent:lines:main', E'Two\nlines', E'One\ttab', '🧵', null,
 '2026-02-11 08:00:00+00', 'main', null, false),
('a0000000-0000-4000-8000-000000000012', 'front-office', 'agent:mira:main', 'Mira', 'Nights', '🌙', null,
 '2026-02-12 08:00:00+00', 'mira', null, false),
('a0000000-0000-4000-8000-000000000013', 'front-office', 'agent:otto:main', 'Otto', null, '🐻', null,
 '2026-02-13 08:00:00+00', null, null, false),
-- Keys are per project, what they are called on the Mac mini is not.
('a0000000-0000-4000-8000-000000000014', 'front-office', 'agent:scout:main', 'Scout', null, '🔭', null,
 '2026-02-14 09:00:00+00', 'scout', '~/.openclaw/workspace-scout', true),
('a0000000-0000-4000-8000-000000000015', 'back-office', 'agent:scout:main', 'Scout', null, '🔭', null,
 '2026-02-14 09:00:01+00', 'scout', '~/.openclaw/workspace-scout', true),
('a0000000-0000-4000-8000-000000000016', 'Odd Project!', 'agent:ricky:main', '', null, '🦊', null,
 '2026-02-14 09:00:02+00', 'ricky', null, false),
('a0000000-0000-4000-8000-000000000017', 'front-office', 'agent:lena:main', 'Lena', null, '🐝', null,
 '2026-02-14 09:00:03+00', 'lena', null, false);
update public.agents set purpose_text = 'Answers the door', description = 'Since day one'
where agent_key = 'agent:main:main';
