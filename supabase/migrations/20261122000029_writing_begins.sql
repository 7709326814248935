-- Writing begins when it begins: not with a step that still waits for its turn.

create or replace function private.has_begun_writing(_progress jsonb) returns boolean
language sql immutable parallel safe set search_path = '' as $$
  -- Every step but the first writes to OpenClaw or follows one that did; until it does, it is told as one that waits.
  select exists (
    select from jsonb_array_elements(_progress) as s
    where s ->> 'step' <> 'workspace' and (s -> 'waits') is distinct from 'true'
  )
$$;
comment on column public.agent_provision_requests.progress is
'[{step, state: running|done|error, ms?, note?, waits?}] of the current attempt, for a page to draw live. waits: OpenClaw was not written to in this step.';

-- What the attempt got done stays told, because it says how far; nothing is told to have failed.
create or replace function private.release_provision_request(_request_id uuid, _claim_token uuid) returns text
language plpgsql security definer set search_path = '' as $$
declare
  lease private.request_leases := private.held_lease(_request_id, _claim_token);
  request public.agent_provision_requests;
begin
  if lease.request_id is null or lease.settled_at is not null then
    return 'lost';
  end if;
  select * into request from public.agent_provision_requests as r where r.id = _request_id for update;
  lease.bound_by_claim := lease.bound_by_claim and request.progress = '[]';
  update public.agent_provision_requests as r
  set status = 'queued',
    attempts = r.attempts - 1,
    picked_up_at = null,
    progress = jsonb_path_query_array(r.progress, '$[*] ? (@.state == "done")'),
    executor_id = case when lease.bound_by_claim then null else r.executor_id end
  where r.id = _request_id;
  if lease.bound_by_claim then
    update public.agents as a set executor_id = null
    where a.project_id = request.project_id and a.agent_key = request.agent_key;
  end if;
  delete from private.request_leases as l where l.request_id = _request_id;
  return 'released';
end $$;

notify pgrst, 'reload schema';
