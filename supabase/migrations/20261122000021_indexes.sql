-- Indexes behind foreign keys: removing a project or a version looks for what hangs on it.

-- Also the order in which the page of an agent reads what happened to it.
create index if not exists activities_agent_idx on public.activities (project_id, actor_agent_key, created_at);
create index brain_doc_disk_conflict_version_idx on public.brain_doc_disk (conflict_version);
