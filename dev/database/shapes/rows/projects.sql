insert into public.projects (id, name, workspace_path, created_at) values
('front-office', 'Front Office', '/Users/trunks/.openclaw/workspace', '2026-01-10 09:00:00+00'),
('back-office', 'Back Office', null, '2026-02-01 12:30:00+00'),
('Odd Project!', '  ', '', '2026-02-02 00:00:00.123456+00');
