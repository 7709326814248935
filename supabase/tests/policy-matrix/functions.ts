import { readTable } from "./read-table.ts";

/**
 * What comes of calling each function with the arguments below, in the open mode and, where it differs, among members. `-` is
 * 42501, a number the status of the refusal. `executor` is mini, about which every call is; `other` another one.
 */
export const CALLS = readTable(`
                             anon  stranger  viewer  operator  owner  executor  other  service
  acknowledge_document       -     403       403     403       403    ok        403    ok
  acknowledge_documents      -     403       403     403       403    ok        403    ok
  add_member                 -     403|404   403     403       ok     403       403    ok
  adopt_agent                -     -         -       -         -      -         -      409
  cancel_request             -     -         -       -         -      -         -      ok
  claim_provision_requests   -     403       403     403       403    ok        403    ok
  complete_provision_request -     403       403     403       403    ok        403    ok
  create_agent               -     -         -       -         -      -         -      ok
  create_agents              -     -         -       -         -      -         -      ok
  edit_agent                 -     -         -       -         -      -         -      ok
  enroll_executor            -     -         -       -         -      -         -      ok
  examine_executor           -     403       403     403       403    ok        403    ok
  fail_provision_request     -     403       403     403       403    ok        403    ok
  fail_stuck_requests        -     403       403     403       403    ok        ok     ok
  keep_displaced_document    -     403       403     403       403    ok        403    ok
  list_access                -     403|404   403     403       ok     403       403    ok
  list_documents             -     403       403     403       403    ok        403    ok
  list_executor_credentials  -     -         -       -         -      -         -      ok
  owns_every_project         -     -         -       -         -      -         -      ok
  provision_again            -     -         -       -         -      -         -      ok
  publish_runtime            -     403       403     403       403    ok        403    ok
  read_access_mode           -     -         -       -         -      -         -      ok
  read_answer                -     -         -       -         -      -         -      ok
  read_document              -     -         -       -         -      -         -      ok
  read_documents             -     403       403     403       403    ok        403    ok
  read_project_names         -     -         -       -         -      -         -      ok
  read_request_documents     -     403       403     403       403    ok        403    ok
  read_runtime               -     -         -       -         -      -         -      ok
  record_heartbeat           -     403       403     403       403    ok        403    ok
  release_provision_request  -     403       403     403       403    ok        403    ok
  remove_agent               -     -         -       -         -      -         -      ok
  remove_member              -     403|404   403     403       ok     403       403    ok
  renew_provision_lease      -     403       403     403       403    ok        403    ok
  report_document_error      -     403       403     403       403    ok        403    ok
  report_findings            -     403       403     403       403    ok        403    ok
  require_may                -     -         -       -         -      -         -      ok
  require_may_change         -     -         -       -         -      -         -      ok
  resolve_document           -     -         -       -         -      -         -      ok
  retry_request              -     -         -       -         -      -         -      ok
  revoke_executor            -     403       403     403       403    403       403    ok
  save_document              -     -         -       -         -      -         -      ok
  save_document_from_disk    -     403       403     403       403    ok        403    ok
  save_request_document      -     403       403     403       403    400       403    400
  set_access_mode            -     403|404   403     403       403    403       403    ok`);

const NEW_USER = "'f0000000-0000-4000-8000-000000000001'";
const VIEWER = "'33333333-3333-4333-8333-333333333333'";
const OWNER = "'55555555-5555-4555-8555-555555555555'";
const UUID = "'f0000000-0000-4000-8000-000000000002'";
const DOCUMENT = "'d0000000-0000-4000-8000-000000000001'";
const FENCE = "'a0000000-0000-4000-8000-000000000003', 'b0000000-0000-4000-8000-000000000001'";

/** About what fixture.ts has put there. */
export const ARGUMENTS: Record<string, string> = {
  acknowledge_document: `'mini', ${UUID}, ${DOCUMENT}, 1, 'sha'`,
  acknowledge_documents: `'mini', ${UUID}, jsonb_build_array(jsonb_build_object('id', ${DOCUMENT}, 'revision', 1, 'sha256', 'sha'))`,
  add_member: `'ours', ${NEW_USER}, 'viewer'`,
  adopt_agent: `'ours', 'mini', 'found', 'anon'`,
  cancel_request: `'a0000000-0000-4000-8000-000000000001', 'anon'`,
  claim_provision_requests: `'mini', ${UUID}, 1, ${UUID}`,
  complete_provision_request: `${FENCE}, '{"agentId": "run-ours", "workspaceDir": "/w"}', '[]'`,
  create_agent: "'ours', 'fresh', 'Fresh', '🦊', '', 'anon', '[]', 'token'",
  create_agents: "'[]', 'anon'",
  edit_agent: `'ours', 'agent:one-ours:main', 'anon', 'Other'`,
  enroll_executor: `${NEW_USER}, 'third', 'anon'`,
  examine_executor: "'mini', '{record_heartbeat}'",
  fail_provision_request: `${FENCE}, '{"code": "internal", "message": "x"}', true`,
  fail_stuck_requests: "",
  keep_displaced_document: `'mini', ${UUID}, ${DOCUMENT}, 'text'`,
  list_access: "",
  list_documents: `'mini', ${UUID}`,
  list_executor_credentials: "",
  owns_every_project: NEW_USER,
  provision_again: `'ours', 'agent:fail-ours:main', 'anon'`,
  publish_runtime: `'mini', ${UUID}, '[]'`,
  read_access_mode: "",
  read_answer: `'anon', ${UUID}, 'sha'`,
  read_document: "'ours', 'agent:one-ours:main', 'soul'",
  read_documents: `'mini', ${UUID}, array[${DOCUMENT}]::uuid []`,
  read_project_names: "'{ours}'",
  read_request_documents: FENCE,
  read_runtime: "'mini'",
  record_heartbeat: `'mini', ${UUID}, '{}'`,
  release_provision_request: FENCE,
  remove_agent: `'ours', 'agent:wait-ours:main', 'anon'`,
  remove_member: `'ours', ${VIEWER}`,
  renew_provision_lease: FENCE,
  report_document_error: `'mini', ${UUID}, ${DOCUMENT}, '{"code": "disk_full", "message": "Full"}'`,
  report_findings: `'mini', ${UUID}, '[{"check": "node", "level": "ok", "message": "Well"}]'`,
  require_may: `${OWNER}, 'ours', 'administer'`,
  require_may_change: `${OWNER}, 'a0000000-0000-4000-8000-000000000001'`,
  resolve_document: "'ours', 'agent:one-ours:main', 'soul', 'text', 1, 1, 'anon'",
  retry_request: `'a0000000-0000-4000-8000-000000000005', 'anon'`,
  revoke_executor: "'mini'",
  save_document: "'ours', 'agent:one-ours:main', 'soul', 'text', 1, 'anon'",
  save_document_from_disk: `'mini', ${UUID}, 'ours', 'agent:one-ours:main', 'soul', 'text'`,
  save_request_document: `${FENCE}, 'soul', 'text'`,
  set_access_mode: "'open'",
};

/** Who may execute each function in private; all others are refused as 42501. No client can name that schema over the API. */
export const PRIVATE_FUNCTIONS = {
  nobody: `acts_as author backoff bring_document bump_revision cancelled check_agent_fields check_document_content
    claim_provision_requests claim_request complete_direct_request create_agent describe_claims describe_disk
    describe_document describe_documents document_name end_cancelled expired field_of free_agent_id grants_verb
    guard_direct_request guard_project_workspace guard_running guard_runtime_columns has_begun_writing held_lease
    home_of is_ahead is_finding is_kept_in_step is_last_trace is_machine is_missing is_taken_on keep_acknowledgement keep_version known_sha256
    limit_creations
    listed_emoji listed_entry listed_name lives_on lock_access lock_agent lock_document lock_open_request
    may_be_in_openclaw may_user note_silent_lapse oldest_queued_seconds only_executor open_request prune_versions
    queue_again reached_openclaw record_agent_change record_credential_change record_document_edit record_member_change
    record_request refuse_deleting refused_by_rules remove_rows require_administer require_agent_with_files
    require_document require_executor require_instance require_other_owner require_size restrict_execute
    revoke_credentials runtime_holder settle_as_error settle_conflict settle_silent_lapses sha256_of stamp_activity
    take_chore unguarded_relation write_head`,
  service: `adopt_agent answer_once cancel_request create_agent_once create_agents edit_agent enroll_executor
    list_executor_credentials owns_every_project provision_again read_document read_runtime remove_agent require_may
    require_may_change resolve_document retry_request save_document setting`,
  "signed in": `acknowledge_document acknowledge_documents add_member claim_and_describe complete_provision_request examine_executor
    fail_provision_request fail_stuck_requests keep_displaced_document list_access list_documents list_findings
    publish_runtime read_documents read_request_documents record_heartbeat release_provision_request remove_member
    renew_provision_lease report_document_error report_findings revoke_executor save_document_from_disk
    save_request_document set_access_mode`,
  everybody: `describe_access executor_of_caller is_agent_id is_emoji is_home_of is_one_line is_open is_open_to_caller
    matches_waiting_agent may projects_of_caller refuse`,
};
