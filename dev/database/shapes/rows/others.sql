insert into public.tasks (id, project_id, title, assignee_agent_key, created_at, updated_at) values
('d0000000-0000-4000-8000-000000000001', 'front-office', 'Say hello', 'agent:main:main', '2026-02-20 10:00:00+00', '2026-02-20 10:00:00+00'),
('d0000000-0000-4000-8000-000000000002', 'back-office', 'Count the chairs', null, '2026-02-20 10:00:00+00', '2026-02-20 10:00:00+00');
insert into public.chat_messages (id, project_id, author, target_agent_key, message, created_at) values
('f0000000-0000-4000-8000-000000000001', 'front-office', 'human', 'agent:main:main', 'Is anybody there?', '2026-02-20 11:00:00+00');
insert into public.cron_jobs (id, project_id, job_id, name, schedule_expr, next_run_at) values
(1, 'front-office', 'job-1', 'Morning news', '0 7 * * *', '2026-11-23 07:00:00+00'),
(2, 'front-office', 'job-2', 'Never', '0 0 30 2 *', null);
