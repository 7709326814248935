/** What the attacks are after: rows of two projects, with ids that a table of attacks can name. */

/** Stands in every text that only members may read: no answer to an attack may hold it. */
export const SECRET = "TOP-SECRET-OF-FRONT-OFFICE";

/** The attacked project, a neighbour's, one that anybody may fill, and one for rows that are tampered with. */
export const PROJECTS = { victim: "front-office", neighbour: "annex", lobby: "lobby", workshop: "workshop" } as const;

export const REQUESTS = {
  queued: "aaaaaaaa-0000-4000-8000-000000000001",
  running: "aaaaaaaa-0000-4000-8000-000000000002",
  failed: "aaaaaaaa-0000-4000-8000-000000000003",
  /** Is not there. */
  absent: "aaaaaaaa-0000-4000-8000-00000000000f",
} as const;

/** The token under which the executor `mini` holds the running request. Nobody else knows it. */
export const CLAIM_TOKEN = "bbbbbbbb-0000-4000-8000-000000000001";
export const DOCUMENT = "cccccccc-0000-4000-8000-000000000001";
/** Under which the victim's owner created an agent, and a caller with the public key another. */
export const OWNERS_KEY = "dddddddd-0000-4000-8000-000000000001";
export const PUBLIC_KEY = "dddddddd-0000-4000-8000-000000000002";

/** The process that works as either executor. */
export const INSTANCE = "eeeeeeee-0000-4000-8000-000000000002";

/** Ricky is live, Quinn waits for the executor, Rosa is being made, Felix has failed, and nobody asked for Wanda yet. */
export const VICTIMS_SQL = `
  insert into public.projects (id, name) values
    ('${PROJECTS.victim}', 'Front Office'), ('${PROJECTS.neighbour}', 'Annex'),
    ('${PROJECTS.lobby}', 'Lobby'), ('${PROJECTS.workshop}', 'Workshop');
  update private.settings set value = '100000' where key = 'creations_per_minute';

  insert into public.executors (id, display_name, instance_id) values
    ('mini', 'Mac mini', '${INSTANCE}'), ('other', 'Other Mac', '${INSTANCE}');
  insert into public.executor_runtime (executor_id, agents, published_at) values
    ('mini', '[{"id": "ricky", "name": "Ricky", "emoji": "🦊", "workspace": "/${SECRET}", "isDefault": false}]', now()),
    ('other', '[]', now());
  insert into private.executor_reports (executor_id, findings) values ('mini', '["${SECRET}"]');

  insert into public.agents (project_id, agent_key, name, role, emoji, agent_id_short, executor_id, provisioned)
  select '${PROJECTS.victim}', 'agent:' || id || ':main', initcap(id), '${SECRET}', '🦊', id, 'mini', id = 'ricky'
  from unnest(array['ricky', 'quinn', 'rosa', 'felix', 'wanda']) as id;
  insert into public.agents (project_id, agent_key, name, emoji, agent_id_short, executor_id)
  values ('${PROJECTS.neighbour}', 'agent:pim:main', 'Pim', '📮', 'pim', 'other');
  insert into public.agent_status (project_id, agent_key, note)
  select a.project_id, a.agent_key, '${SECRET}' from public.agents as a;
  insert into public.brain_docs (id, project_id, agent_key, doc_type, content) values
    ('${DOCUMENT}', '${PROJECTS.victim}', 'agent:ricky:main', 'soul', '${SECRET}');
  insert into public.brain_doc_disk (doc_id, executor_id, revision, error)
  values ('${DOCUMENT}', 'mini', 1, '{"code": "disk_full", "message": "${SECRET}", "at": "2026-11-27T00:00:00Z"}');

  insert into public.agent_provision_requests (
    id, project_id, agent_key, agent_id_short, display_name, emoji, role_short, executor_id
  )
  select id::uuid, '${PROJECTS.victim}', 'agent:' || name || ':main', name, initcap(name), '🦊', 'Front desk', 'mini'
  from (values
    ('${REQUESTS.queued}', 'quinn'), ('${REQUESTS.running}', 'rosa'), ('${REQUESTS.failed}', 'felix')
  ) as r (id, name);
  insert into private.request_leases (request_id, executor_id, instance_id, claim_token, lease_expires_at, bound_by_claim)
  values ('${REQUESTS.running}', 'mini', gen_random_uuid(), '${CLAIM_TOKEN}', now() + interval '1 day', false);
  update public.agent_provision_requests set status = 'running', attempts = 1, picked_up_at = now()
  where id = '${REQUESTS.running}';
  update public.agent_provision_requests
  set status = 'error', attempts = 1, completed_at = now(), result = '{"code": "openclaw_failed", "message": "It broke"}'
  where id = '${REQUESTS.failed}';
  insert into private.request_diagnostics (request_id, attempt, output) values ('${REQUESTS.failed}', 1, '${SECRET}');
  insert into public.activities (project_id, type, message) values ('${PROJECTS.victim}', 'note', '${SECRET}');`;
