-- What OpenClaw holds on an executor, for whoever may look; and a new list for whoever may change something.

create function private.read_runtime(_executor text, _refresh boolean, _user_id uuid) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  verb text := case when _refresh then 'write' else 'read' end;
  executor public.executors;
  runtime public.executor_runtime;
begin
  -- Machines belong to no project: whoever belongs to any sees them all.
  if _user_id is not null and not private.may_user(_user_id, null, verb) then
    perform private.refuse(
      403, 'forbidden',
      case verb when 'read' then 'Only who belongs to a project sees its executors' else 'You may look at executors, but not ask them for anything' end,
      'Ask an owner of a project'
    );
  end if;
  select * into executor from public.executors as e where e.id = _executor;
  if not found then
    perform private.refuse(404, 'executor_not_found', 'This executor has never reported', 'Start it, or choose another', 'executorId');
  end if;
  if _refresh then
    -- One that is on its way, or came this very moment, is the answer to everybody who asks.
    insert into public.executor_runtime as x (executor_id, requested_at) values (_executor, clock_timestamp())
    on conflict (executor_id) do update set requested_at = excluded.requested_at
    where coalesce(x.requested_at <= x.published_at, x.requested_at is null)
      and coalesce(x.published_at < clock_timestamp() - interval '2 seconds', true);
  end if;
  select * into runtime from public.executor_runtime as x where x.executor_id = _executor;
  return jsonb_build_object(
    'executorId', executor.id,
    'agents', coalesce(runtime.agents, '[]'),
    'publishedAt', runtime.published_at,
    'ageSeconds', extract(epoch from clock_timestamp() - runtime.published_at),
    'requestedAt', case when coalesce(runtime.requested_at > runtime.published_at, true) then runtime.requested_at end,
    'alive', executor.last_seen_at > clock_timestamp() - interval '90 seconds'
  );
end $$;
comment on function private.read_runtime(text, boolean, uuid) is 'See public.read_runtime.';
select private.restrict_execute('private.read_runtime', 'service_role');

create function public.read_runtime(executor text, refresh boolean default false, user_id uuid default null) returns jsonb
language sql set search_path = '' as $$
  select private.read_runtime(executor, refresh, user_id)
$$;
comment on function public.read_runtime(text, boolean, uuid) is
'What openclaw agents list said last on this executor and how old that is: {executorId, agents, publishedAt, ageSeconds, requestedAt, alive}. refresh asks for a new list, unless one is on its way. user_id: for whom; null for the service role itself. Refuses executor_not_found, and forbidden to who may not look or ask.';
select private.restrict_execute('public.read_runtime', 'service_role');

notify pgrst, 'reload schema';
