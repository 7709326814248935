-- What an older dashboard writes, and what a bare table lacks.

-- An upsert of an agent that is live is no insert of one: a BEFORE INSERT sees the row it proposes all the same.
drop trigger guard_runtime_columns on public.agents;
create trigger guard_runtime_columns before update on public.agents
for each row execute function private.guard_runtime_columns();
create trigger guard_runtime_columns_of_new after insert on public.agents
for each row execute function private.guard_runtime_columns();

-- The functions that ask for an agent leave these out.
alter table public.agent_provision_requests
alter column id set default gen_random_uuid(),
alter column status set default 'queued',
alter column requested_at set default now();
