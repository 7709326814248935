-- Doctor: an executor asks what only the database knows of it, and what it finds reaches whoever may see executors.

create function private.examine_executor(_executor text, _functions text [], _project_ids text []) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  executor public.executors;
begin
  perform private.require_executor(_executor);
  select * into executor from public.executors as e where e.id = _executor;
  return jsonb_build_object(
    'now', clock_timestamp(),
    'contractVersion', 1,
    'missingFunctions', (
      select coalesce(jsonb_agg(f.name order by f.name), '[]') from unnest(_functions) as f (name)
      where not exists (
        select from pg_catalog.pg_proc as p where p.pronamespace = 'public'::regnamespace and p.proname = f.name
      )
    ),
    'unpublishedTables', (
      select coalesce(jsonb_agg(t.name order by t.name), '[]') from unnest(array[
        'agents', 'agent_status', 'agent_provision_requests', 'brain_docs', 'brain_doc_disk', 'executors',
        'executor_runtime'
      ]) as t (name)
      where not exists (
        select from pg_catalog.pg_publication_tables as p
        where p.pubname = 'supabase_realtime' and p.schemaname = 'public' and p.tablename = t.name
      )
    ),
    'instanceId', executor.instance_id,
    'silentSeconds', extract(epoch from clock_timestamp() - executor.last_seen_at),
    'problem', nullif(executor.problem, 'null'),
    'oldestQueuedSeconds', private.oldest_queued_seconds(_executor, _project_ids),
    -- Whatever ends here by our rules says an agent or a code.
    'endedByOthers', (
      select count(*) from public.agent_provision_requests as r
      where r.status in ('done', 'error') and (r.executor_id is null or r.executor_id = _executor)
        and coalesce(r.completed_at, r.picked_up_at, r.requested_at) > now() - interval '1 day'
        and coalesce(r.result ? 'agentId' or r.result ? 'code', false) is false
    )
  );
end $$;
comment on function private.examine_executor(text, text [], text []) is 'See public.examine_executor.';
select private.restrict_execute('private.examine_executor', 'authenticated', 'service_role');

create function public.examine_executor(executor text, functions text [], project_ids text [] default null) returns jsonb
language sql stable set search_path = '' as $$
  select private.examine_executor(executor, functions, project_ids)
$$;
comment on function public.examine_executor(text, text [], text []) is
'What the doctor of this executor asks: the database''s time, the contract version it keeps, which of these functions and which of Realtime''s tables are missing, which process was heard as this executor and how long ago, its problem, how long the oldest request that it could take has been due, and how many requests something else has ended within a day.';
select private.restrict_execute('public.examine_executor', 'authenticated', 'service_role');

create function private.is_finding(_finding jsonb) returns boolean
language sql immutable set search_path = '' as $$
  select coalesce(
    jsonb_typeof(_finding) = 'object'
    and jsonb_typeof(_finding -> 'check') = 'string' and length(_finding ->> 'check') between 1 and 40
    and _finding ->> 'level' in ('ok', 'warn', 'fail')
    and jsonb_typeof(_finding -> 'message') = 'string' and length(_finding ->> 'message') between 1 and 500
    and coalesce(jsonb_typeof(_finding -> 'hint') = 'string' and length(_finding ->> 'hint') <= 1000, true)
    and _finding - array['check', 'level', 'message', 'hint'] = '{}',
    false
  )
$$;
comment on function private.is_finding(jsonb) is 'Whether this is {check, level, message, hint?}, of bounded length and nothing else.';
select private.restrict_execute('private.is_finding', variadic '{}');

create function private.report_findings(_executor text, _instance uuid, _findings jsonb) returns void
language plpgsql security definer set search_path = '' as $$
begin
  perform private.require_executor(_executor);
  if jsonb_typeof(_findings) is distinct from 'array' then
    perform private.refuse(400, 'invalid_request', 'Findings are a list', null, 'findings');
  end if;
  if jsonb_array_length(_findings) > 50 or exists (
    select from jsonb_array_elements(_findings) as f (finding) where not private.is_finding(f.finding)
  ) then
    perform private.refuse(
      400, 'invalid_request', 'At most 50 findings, each with check, level, message and hint', null, 'findings'
    );
  end if;
  if not exists (select from public.executors as e where e.id = _executor) then
    perform private.refuse(
      404, 'executor_not_found', 'This executor has never reported', 'Start it: its first heartbeat makes it known', 'executor'
    );
  end if;
  perform private.require_instance(_executor, _instance);
  delete from private.executor_reports as r where r.executor_id = _executor;
  insert into private.executor_reports (executor_id, reported_at, findings)
  values (_executor, clock_timestamp(), _findings);
end $$;
comment on function private.report_findings(text, uuid, jsonb) is 'See public.report_findings.';
select private.restrict_execute('private.report_findings', 'authenticated', 'service_role');

create function public.report_findings(executor text, instance uuid, findings jsonb) returns void
language sql set search_path = '' as $$
  select private.report_findings(executor, instance, findings)
$$;
comment on function public.report_findings(text, uuid, jsonb) is
'Stores what the doctor found, [{check, level, message, hint?}], in place of what it found before. Refuses invalid_request, executor_not_found before the first heartbeat, and executor_held to an instance that waits.';
select private.restrict_execute('public.report_findings', 'authenticated', 'service_role');

create function private.list_findings() returns table (executor_id text, reported_at timestamptz, findings jsonb)
language sql stable security definer set search_path = '' as $$
  select distinct on (r.executor_id) r.executor_id, r.reported_at, r.findings
  from private.executor_reports as r
  -- As the policies on executors say it.
  where (select private.is_open_to_caller()) or (select private.may(null, 'read'))
  order by r.executor_id, r.reported_at desc
$$;
comment on function private.list_findings() is 'See public.executor_findings.';
select private.restrict_execute('private.list_findings', 'authenticated', 'service_role');

create view public.executor_findings with (security_invoker = true) as
select f.executor_id, f.reported_at, f.findings from private.list_findings() as f;
comment on view public.executor_findings is 'What the doctor of each executor found last: [{check, level, message, hint?}], and when. For whoever may read executors.';
revoke all on public.executor_findings from public, anon, authenticated, service_role;
grant select on public.executor_findings to authenticated, service_role;

notify pgrst, 'reload schema';
