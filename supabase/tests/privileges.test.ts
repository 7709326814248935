import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestDatabase, type TestDatabase } from "../../dev/testing/test-database.ts";

const ROLES = ["anon", "authenticated", "service_role"] as const;

/** Every function of ours and who may execute it: a new one without an entry fails. */
const EXECUTE: Record<string, readonly string[]> = {
  "private.acknowledge_document": ["authenticated", "service_role"],
  "private.acknowledge_documents": ["authenticated", "service_role"],
  "private.acts_as": [],
  "private.add_member": ["authenticated", "service_role"],
  "private.adopt_agent": ["service_role"],
  "private.answer_once": ["service_role"],
  "private.author": [],
  "private.backoff": [],
  "private.bring_document": [],
  "private.bump_revision": [],
  "private.cancel_request": ["service_role"],
  "private.cancelled": [],
  "private.check_agent_fields": [],
  "private.check_document_content": [],
  "private.claim_and_describe": ["authenticated", "service_role"],
  "private.claim_provision_requests": [],
  "private.claim_request": [],
  "private.complete_direct_request": [],
  "private.complete_provision_request": ["authenticated", "service_role"],
  "private.create_agent": [],
  "private.create_agent_once": ["service_role"],
  "private.create_agents": ["service_role"],
  "private.describe_access": ["anon", "authenticated", "service_role"],
  "private.describe_claims": [],
  "private.describe_disk": [],
  "private.describe_document": [],
  "private.describe_documents": [],
  "private.document_name": [],
  "private.edit_agent": ["service_role"],
  "private.end_cancelled": [],
  "private.enroll_executor": ["service_role"],
  "private.examine_executor": ["authenticated", "service_role"],
  "private.executor_of_caller": ["anon", "authenticated", "service_role"],
  "private.expired": [],
  "private.fail_provision_request": ["authenticated", "service_role"],
  "private.fail_stuck_requests": ["authenticated", "service_role"],
  "private.field_of": [],
  "private.free_agent_id": [],
  "private.grants_verb": [],
  "private.guard_direct_request": [],
  "private.guard_project_workspace": [],
  "private.guard_running": [],
  "private.guard_runtime_columns": [],
  "private.has_begun_writing": [],
  "private.held_lease": [],
  "private.home_of": [],
  "private.is_agent_id": ["anon", "authenticated", "service_role"],
  "private.is_ahead": [],
  "private.is_emoji": ["anon", "authenticated", "service_role"],
  "private.is_finding": [],
  "private.is_home_of": ["anon", "authenticated", "service_role"],
  "private.is_kept_in_step": [],
  "private.is_last_trace": [],
  "private.is_machine": [],
  "private.is_missing": [],
  "private.is_one_line": ["anon", "authenticated", "service_role"],
  "private.is_open": ["anon", "authenticated", "service_role"],
  "private.is_open_to_caller": ["anon", "authenticated", "service_role"],
  "private.is_taken_on": [],
  "private.keep_acknowledgement": [],
  "private.keep_displaced_document": ["authenticated", "service_role"],
  "private.keep_version": [],
  "private.known_sha256": [],
  "private.limit_creations": [],
  "private.list_access": ["authenticated", "service_role"],
  "private.list_documents": ["authenticated", "service_role"],
  "private.list_executor_credentials": ["service_role"],
  "private.list_findings": ["authenticated", "service_role"],
  "private.listed_emoji": [],
  "private.listed_entry": [],
  "private.listed_name": [],
  "private.lives_on": [],
  "private.lock_access": [],
  "private.lock_agent": [],
  "private.lock_document": [],
  "private.lock_open_request": [],
  "private.matches_waiting_agent": ["anon", "authenticated", "service_role"],
  "private.may": ["anon", "authenticated", "service_role"],
  "private.may_be_in_openclaw": [],
  "private.may_user": [],
  "private.note_silent_lapse": [],
  "private.oldest_queued_seconds": [],
  "private.only_executor": [],
  "private.open_request": [],
  "private.owns_every_project": ["service_role"],
  "private.projects_of_caller": ["anon", "authenticated", "service_role"],
  "private.provision_again": ["service_role"],
  "private.prune_versions": [],
  "private.publish_runtime": ["authenticated", "service_role"],
  "private.queue_again": [],
  "private.reached_openclaw": [],
  "private.read_document": ["service_role"],
  "private.read_documents": ["authenticated", "service_role"],
  "private.read_request_documents": ["authenticated", "service_role"],
  "private.read_runtime": ["service_role"],
  "private.record_agent_change": [],
  "private.record_credential_change": [],
  "private.record_document_edit": [],
  "private.record_heartbeat": ["authenticated", "service_role"],
  "private.record_member_change": [],
  "private.record_request": [],
  "private.refuse": ["anon", "authenticated", "service_role"],
  "private.refuse_deleting": [],
  "private.refused_by_rules": [],
  "private.release_provision_request": ["authenticated", "service_role"],
  "private.remove_agent": ["service_role"],
  "private.remove_member": ["authenticated", "service_role"],
  "private.remove_rows": [],
  "private.renew_provision_lease": ["authenticated", "service_role"],
  "private.report_document_error": ["authenticated", "service_role"],
  "private.report_findings": ["authenticated", "service_role"],
  "private.require_administer": [],
  "private.require_agent_with_files": [],
  "private.require_document": [],
  "private.require_executor": [],
  "private.require_instance": [],
  "private.require_may": ["service_role"],
  "private.require_may_change": ["service_role"],
  "private.require_other_owner": [],
  "private.require_size": [],
  "private.resolve_document": ["service_role"],
  "private.restrict_execute": [],
  "private.retry_request": ["service_role"],
  "private.revoke_credentials": [],
  "private.revoke_executor": ["authenticated", "service_role"],
  "private.runtime_holder": [],
  "private.save_document": ["service_role"],
  "private.save_document_from_disk": ["authenticated", "service_role"],
  "private.save_request_document": ["authenticated", "service_role"],
  "private.set_access_mode": ["authenticated", "service_role"],
  "private.setting": ["service_role"],
  "private.settle_as_error": [],
  "private.settle_conflict": [],
  "private.settle_silent_lapses": [],
  "private.sha256_of": [],
  "private.stamp_activity": [],
  "private.take_chore": [],
  "private.unguarded_relation": [],
  "private.write_head": [],
  "public.acknowledge_document": ["authenticated", "service_role"],
  "public.acknowledge_documents": ["authenticated", "service_role"],
  "public.add_member": ["authenticated", "service_role"],
  "public.adopt_agent": ["service_role"],
  "public.cancel_request": ["service_role"],
  "public.claim_provision_requests": ["authenticated", "service_role"],
  "public.complete_provision_request": ["authenticated", "service_role"],
  "public.create_agent": ["service_role"],
  "public.create_agents": ["service_role"],
  "public.edit_agent": ["service_role"],
  "public.enroll_executor": ["service_role"],
  "public.examine_executor": ["authenticated", "service_role"],
  "public.fail_provision_request": ["authenticated", "service_role"],
  "public.fail_stuck_requests": ["authenticated", "service_role"],
  "public.keep_displaced_document": ["authenticated", "service_role"],
  "public.list_access": ["authenticated", "service_role"],
  "public.list_documents": ["authenticated", "service_role"],
  "public.list_executor_credentials": ["service_role"],
  "public.owns_every_project": ["service_role"],
  "public.provision_again": ["service_role"],
  "public.publish_runtime": ["authenticated", "service_role"],
  "public.read_access_mode": ["service_role"],
  "public.read_answer": ["service_role"],
  "public.read_document": ["service_role"],
  "public.read_documents": ["authenticated", "service_role"],
  "public.read_project_names": ["service_role"],
  "public.read_request_documents": ["authenticated", "service_role"],
  "public.read_runtime": ["service_role"],
  "public.record_heartbeat": ["authenticated", "service_role"],
  "public.release_provision_request": ["authenticated", "service_role"],
  "public.remove_agent": ["service_role"],
  "public.remove_member": ["authenticated", "service_role"],
  "public.renew_provision_lease": ["authenticated", "service_role"],
  "public.report_document_error": ["authenticated", "service_role"],
  "public.report_findings": ["authenticated", "service_role"],
  "public.require_may": ["service_role"],
  "public.require_may_change": ["service_role"],
  "public.resolve_document": ["service_role"],
  "public.retry_request": ["service_role"],
  "public.revoke_executor": ["authenticated", "service_role"],
  "public.save_document": ["service_role"],
  "public.save_document_from_disk": ["authenticated", "service_role"],
  "public.save_request_document": ["authenticated", "service_role"],
  "public.set_access_mode": ["authenticated", "service_role"],
};

/** Every table, and what anon and authenticated may do with it (service_role: everything in public, nothing in private). */
const TABLES: Record<string, { anon: string[]; authenticated: string[] }> = {
  "private.chores": { anon: [], authenticated: [] },
  "private.executor_credentials": { anon: [], authenticated: [] },
  "private.executor_reports": { anon: [], authenticated: [] },
  "private.hatchery_migrations": { anon: [], authenticated: [] },
  "private.idempotency_keys": { anon: [], authenticated: [] },
  "private.request_diagnostics": { anon: [], authenticated: [] },
  "private.request_leases": { anon: [], authenticated: [] },
  "private.settings": { anon: [], authenticated: [] },
  "private.silent_lapses": { anon: [], authenticated: [] },
  "public.access": { anon: ["SELECT"], authenticated: ["SELECT"] },
  "public.activities": { anon: [], authenticated: ["SELECT"] },
  "public.agent_provision_requests": { anon: ["SELECT"], authenticated: ["SELECT"] },
  "public.agent_status": { anon: [], authenticated: ["SELECT"] },
  "public.agents": { anon: [], authenticated: ["SELECT"] },
  "public.brain_doc_disk": { anon: [], authenticated: ["SELECT"] },
  "public.brain_doc_versions": { anon: [], authenticated: ["SELECT"] },
  "public.brain_docs": { anon: [], authenticated: ["SELECT"] },
  "public.executor_findings": { anon: [], authenticated: ["SELECT"] },
  "public.executor_runtime": { anon: [], authenticated: ["SELECT"] },
  "public.executors": { anon: [], authenticated: ["SELECT"] },
  "public.project_members": { anon: [], authenticated: ["SELECT"] },
  "public.projects": { anon: [], authenticated: ["SELECT"] },
};

describe.for(["new", "old"] as const)("under the %s default privileges", (regime) => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase(regime);
  });
  afterAll(() => database.drop());

  it("every function may be executed by exactly the roles listed", async () => {
    const rows = await database.query(
      `select p.pronamespace::regnamespace || '.' || p.proname as name,
         array(select r from unnest($1::text[]) as r where has_function_privilege(r, p.oid, 'execute')) as roles,
         has_function_privilege('public', p.oid, 'execute') as everybody
       from pg_proc as p where p.pronamespace in ('public'::regnamespace, 'private'::regnamespace)`,
      [ROLES],
    );
    const found = Object.fromEntries(rows.map((row) => [row["name"], row["roles"]]));
    expect(found).toEqual(EXECUTE);
    expect(rows.filter((row) => row["everybody"])).toEqual([]);
  });

  it("every definer function fixes its search path and stands in private", async () => {
    const loose = await database.query(
      `select p.oid::regprocedure::text as name from pg_proc as p
       where p.pronamespace in ('public'::regnamespace, 'private'::regnamespace)
         and (not coalesce(p.proconfig, '{}') @> array['search_path=""']
           or p.prosecdef and p.pronamespace = 'public'::regnamespace)`,
    );
    expect(loose).toEqual([]);
  });

  it("every table has row level security, every view its caller's, and exactly the grants listed", async () => {
    const rows = await database.query(
      `select c.relnamespace::regnamespace || '.' || c.relname as name,
         c.relrowsecurity or c.relkind = 'v' and c.reloptions @> array['security_invoker=true'] as secured,
         (select jsonb_object_agg(role, array(
           select verb from unnest(array['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER'])
             as verb where has_table_privilege(role, c.oid, verb)
         )) from unnest(array['anon', 'authenticated']) as role) as grants
       from pg_class as c
       where c.relkind in ('r', 'p', 'v', 'm') and c.relnamespace in ('public'::regnamespace, 'private'::regnamespace)`,
    );
    expect(Object.fromEntries(rows.map((row) => [row["name"], row["grants"]]))).toEqual(TABLES);
    expect(rows.filter((row) => !row["secured"])).toEqual([]);
  });

  it("a client may insert only the plan's columns of a request", async () => {
    const rows = await database.query(
      `select r as role, array(
         select a.attname::text from pg_attribute as a
         where a.attrelid = 'public.agent_provision_requests'::regclass and a.attnum > 0 and not a.attisdropped
           and has_column_privilege(r, a.attrelid, a.attnum, 'insert')
         order by a.attnum
       ) as columns from unnest(array['anon', 'authenticated']) as r`,
    );
    const planned = ["project_id", "agent_key", "agent_id_short", "display_name", "emoji", "role_short", "status"];
    expect(rows).toEqual([
      { role: "anon", columns: planned },
      { role: "authenticated", columns: planned },
    ]);
  });

  it("service_role reads and writes every table in public and none in private", async () => {
    const rows = await database.query(
      `select c.relnamespace::regnamespace::text as schema,
         bool_and(has_table_privilege('service_role', c.oid, 'select, insert, update, delete')) as every,
         bool_or(has_table_privilege('service_role', c.oid, 'select, insert, update, delete')) as some
       from pg_class as c
       where c.relkind = 'r' and c.relnamespace in ('public'::regnamespace, 'private'::regnamespace)
       group by 1 order by 1`,
    );
    expect(rows).toEqual([
      { schema: "private", every: false, some: false },
      { schema: "public", every: true, some: true },
    ]);
  });

  it("no client may use a sequence", async () => {
    const open = await database.query(
      `select c.oid::regclass::text as name, role from pg_class as c, unnest(array['anon', 'authenticated']) as role
       where c.relkind = 'S' and c.relnamespace in ('public'::regnamespace, 'private'::regnamespace)
         and has_sequence_privilege(role, c.oid, 'usage, select, update')`,
    );
    expect(open).toEqual([]);
  });

  it("every table and function says what it is", async () => {
    const silent = await database.query(
      `select p.oid::regprocedure::text as name from pg_proc as p
       where p.pronamespace in ('public'::regnamespace, 'private'::regnamespace)
         and obj_description(p.oid, 'pg_proc') is null
       union all
       select c.oid::regclass::text from pg_class as c
       where c.relkind = 'r' and c.relnamespace in ('public'::regnamespace, 'private'::regnamespace)
         and obj_description(c.oid, 'pg_class') is null
         and c.relname not in ('projects', 'agent_status', 'activities')`,
    );
    expect(silent).toEqual([]);
  });
});
