import { readTable } from "./read-table.ts";

/**
 * Every table and its columns. `+`: a client may name this column in an insert, and then none without it. `!`: a client
 * that may update the row may not change this column (403).
 */
export const COLUMNS = {
  projects: "id name workspace_path! created_at tag",
  project_members: "project_id user_id role created_at",
  agents:
    "id project_id agent_key name role emoji color created_at purpose_text description agent_id_short! workspace_path! provisioned! executor_id!",
  agent_status: "id project_id agent_key state current_task_id last_heartbeat_at last_activity_at note",
  activities: "id project_id type message actor_agent_key task_id created_at summary requested_by",
  brain_docs: "id project_id agent_key doc_type content updated_by created_at updated_at revision doc_date",
  brain_doc_versions:
    "id doc_id project_id agent_key doc_type revision content sha256 author source reason conflict created_at doc_date settled_at",
  brain_doc_disk: "doc_id executor_id revision sha256 synced_at error conflict_version doc_date",
  agent_provision_requests:
    "id project_id+ agent_key+ agent_id_short+ display_name+ emoji+ role_short+ status+ result requested_at picked_up_at completed_at kind executor_id attempts max_attempts run_after progress cancel_requested_at retry_of requested_by cancel_requested_by writing_began_at",
  executors:
    "id display_name platform version contract_version openclaw_version workspace_root instance_id started_at last_seen_at counters problem",
  executor_findings: "executor_id reported_at findings",
  executor_runtime: "executor_id agents published_at requested_at",
  access: "mode roles executor_id",
} as const;

/** What nobody reaches over the API, not even the service role. */
export const PRIVATE_TABLES =
  "chores executor_credentials executor_reports hatchery_migrations idempotency_keys request_diagnostics request_leases settings silent_lapses";

/** Of an older dashboard, and none of our business. */
export const OTHERS = {
  empty: { tables: "", functions: "" },
  M: { tables: "chat_messages cron_jobs enabled_cron_jobs tasks", functions: "update_updated_at_column" },
};

/**
 * What the roles were granted: s select, i insert, u update, d delete. Without a grant every row is refused as 42501; with
 * one, and no policy for it, there are no rows to select, update and delete, and an insert is refused as 42501.
 * An older dashboard's tables carry the grants they were made with, whatever new tables get by default.
 */
export const GRANTED = {
  empty: readTable(`
                             anon   authenticated
    projects                 -      s
    project_members          -      s
    agents                   -      s
    agent_status             -      s
    activities               -      s
    brain_docs               -      s
    brain_doc_versions       -      s
    brain_doc_disk           -      s
    agent_provision_requests si     si
    executors                -      s
    executor_findings        -      s
    executor_runtime         -      s
    access                   s      s`),
  M: readTable(`
                             anon   authenticated
    projects                 siud   siud
    project_members          -      s
    agents                   siud   siud
    agent_status             siud   siud
    activities               siud   siud
    brain_docs               siud   siud
    brain_doc_versions       -      s
    brain_doc_disk           -      s
    agent_provision_requests si     si
    executors                -      s
    executor_findings        -      s
    executor_runtime         -      s
    access                   s      s`),
};

/**
 * What each caller may do: a capital letter in every project, a small one in their own, which for an executor is what
 * lives on it. The service role may do everything, anywhere.
 */
export const ALLOWED = {
  empty: {
    open: readTable(`
                               anon   stranger   viewer   operator   owner   executor
      projects                 -      S          S        S          S       -
      project_members          -      S          S        S          S       -
      agents                   -      S          S        S          S       -
      agent_status             -      S          S        S          S       -
      activities               -      S          S        S          S       -
      brain_docs               -      S          S        S          S       s
      brain_doc_versions       -      S          S        S          S       -
      brain_doc_disk           -      S          S        S          S       -
      agent_provision_requests SI     SI         SI       SI         SI      s
      executors                -      S          S        S          S       -
      executor_findings        -      S          S        S          S       -
      executor_runtime         -      S          S        S          S       s
      access                   S      S          S        S          S       S`),
    members: readTable(`
                               anon   stranger   viewer   operator   owner   executor
      projects                 -      -          s        s          s       -
      project_members          -      -          s        s          s       -
      agents                   -      -          s        s          s       -
      agent_status             -      -          s        s          s       -
      activities               -      -          s        s          s       -
      brain_docs               -      -          s        s          s       s
      brain_doc_versions       -      -          s        s          s       -
      brain_doc_disk           -      -          s        s          s       -
      agent_provision_requests -      -          s        s          s       s
      executors                -      -          S        S          S       -
      executor_findings        -      -          S        S          S       -
      executor_runtime         -      -          S        S          S       s
      access                   S      S          S        S          S       S`),
  },
  M: {
    open: readTable(`
                               anon   stranger   viewer   operator   owner   executor
      projects                 -      SIUD       SIUD     SIUD       SIUD    -
      project_members          -      S          S        S          S       -
      agents                   -      SIUD       SIUD     SIUD       SIUD    -
      agent_status             -      SIU        SIU      SIU        SIU     -
      activities               -      SI         SI       SI         SI      -
      brain_docs               -      SIUD       SIUD     SIUD       SIUD    s
      brain_doc_versions       -      S          S        S          S       -
      brain_doc_disk           -      S          S        S          S       -
      agent_provision_requests SI     SI         SI       SI         SI      s
      executors                -      S          S        S          S       -
      executor_findings        -      S          S        S          S       -
      executor_runtime         -      S          S        S          S       s
      access                   S      S          S        S          S       S`),
    members: readTable(`
                               anon   stranger   viewer   operator   owner   executor
      projects                 -      -          s        s          sud     -
      project_members          -      -          s        s          s       -
      agents                   -      -          s        siud       siud    -
      agent_status             -      -          s        siu        siu     -
      activities               -      -          s        si         si      -
      brain_docs               -      -          s        siud       siud    s
      brain_doc_versions       -      -          s        s          s       -
      brain_doc_disk           -      -          s        s          s       -
      agent_provision_requests -      -          s        s          s       s
      executors                -      -          S        S          S       -
      executor_findings        -      -          S        S          S       -
      executor_runtime         -      -          S        S          S       s
      access                   S      S          S        S          S       S`),
  },
};
