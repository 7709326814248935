-- Why an executor that is there takes no requests: its OpenClaw is missing or too old, its disk is full, agents are lost.

alter table public.executors
add column problem jsonb,
add constraint executors_problem_check check (
  problem is null or (
    jsonb_typeof(problem) = 'object' and jsonb_typeof(problem -> 'code') = 'string'
    and jsonb_typeof(problem -> 'message') = 'string'
  )
) not valid;
comment on column public.executors.problem is 'Null, or why it claims nothing for now: {code, message, hint?, since}. Told with each heartbeat.';

notify pgrst, 'reload schema';
