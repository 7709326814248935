import { z } from "zod";
import type { Attack } from "../attack.ts";
import { rpc, send } from "../send.ts";
import { DOCUMENT, OWNERS_KEY, PROJECTS, REQUESTS } from "../victims.ts";
import type { World } from "../world.ts";

/** For every parameter of every function, by its name, what would hurt most. The others are null. */
const ARGUMENTS: Record<string, unknown> = {
  acknowledgements: [{ id: DOCUMENT, revision: 2, sha256: "0".repeat(64) }],
  agent_key: "agent:forged:main",
  agent_id_short: "forged",
  agents: [],
  about: { displayName: "Mine" },
  content: "I am yours",
  doc_id: DOCUMENT,
  doc_type: "soul",
  base_revision: 1,
  base_sha256: "0".repeat(64),
  conflict_version: 1,
  doc_ids: [DOCUMENT],
  revision: 2,
  sha256: "0".repeat(64),
  display_name: "Forged",
  documents: [],
  emoji: "🦊",
  error: { code: "internal", message: "Sabotage" },
  permanent: true,
  executor: "mini",
  executor_id: "mini",
  findings: [{ check: "node", level: "fail", message: "Sabotage" }],
  free_slots: 5,
  functions: ["record_heartbeat"],
  id_token: "token",
  ids: [PROJECTS.victim],
  idempotency_key: OWNERS_KEY,
  lease_seconds: 60,
  mode: "members",
  project_id: PROJECTS.victim,
  request_id: REQUESTS.running,
  requested_by: "service_role",
  role: "owner",
  role_short: "",
  verb: "administer",
  result: { agentId: "rosa", workspaceDir: "/etc", openclawVersion: "1", steps: [] },
  runtime_agents: [],
  command_sha256: "0".repeat(64),
};
/** Made up anew: nobody outside knows one that counts. */
const GUESSES = ["claim_token", "instance"];

/** Who the granted ones turn away, and how: the stranger's answer in the open mode, which lets in most. */
const denied = { status: 403, code: "42501" };
const forbidden = { status: 403, code: "forbidden" };
const lost = { status: 200, body: "lost" };
const TO_A_STRANGER: Record<string, Attack["answer"]> = {
  acknowledge_document: forbidden,
  acknowledge_documents: forbidden,
  add_member: forbidden,
  adopt_agent: denied,
  cancel_request: denied,
  claim_provision_requests: forbidden,
  complete_provision_request: lost,
  create_agent: denied,
  create_agents: denied,
  edit_agent: denied,
  enroll_executor: denied,
  examine_executor: forbidden,
  fail_provision_request: lost,
  fail_stuck_requests: forbidden,
  keep_displaced_document: forbidden,
  list_access: forbidden,
  list_documents: forbidden,
  list_executor_credentials: denied,
  owns_every_project: denied,
  provision_again: denied,
  publish_runtime: forbidden,
  read_access_mode: denied,
  read_answer: denied,
  read_document: denied,
  read_documents: forbidden,
  read_project_names: denied,
  read_request_documents: { status: 409, code: "lease_lost" },
  read_runtime: denied,
  record_heartbeat: forbidden,
  release_provision_request: lost,
  remove_agent: denied,
  remove_member: forbidden,
  renew_provision_lease: { status: 200, body: [{ held: false, cancel_requested: false }] },
  report_document_error: forbidden,
  report_findings: forbidden,
  require_may: denied,
  require_may_change: denied,
  resolve_document: denied,
  retry_request: denied,
  revoke_executor: forbidden,
  save_document: denied,
  save_document_from_disk: forbidden,
  save_request_document: { status: 409, code: "lease_lost" },
  set_access_mode: forbidden,
};

const parameters = z.array(z.object({ name: z.string(), names: z.array(z.string()) }));

async function functionsOf(world: World) {
  return parameters.parse(
    await world.database.query(
      `select p.proname as name, coalesce(p.proargnames[1:p.pronargs], '{}') as names from pg_proc as p
       where p.pronamespace = 'public'::regnamespace order by 1`,
    ),
  );
}

const directly = (name: string, as: "public" | "stranger", answer: Attack["answer"]): Attack => ({
  name: `${name}, called ${as === "public" ? "with the public key" : "by a stranger"}`,
  attempt: async (world) => {
    const names = (await functionsOf(world)).find((fn) => fn.name === name)?.names ?? [];
    const args = names.map((arg) => {
      if (arg === "user_id") return [arg, world.personOf("stranger").id];
      return [arg, GUESSES.includes(arg) ? crypto.randomUUID() : (ARGUMENTS[arg] ?? null)];
    });
    return send(world, { as, path: `/rest/v1/rpc/${name}`, body: Object.fromEntries(args) });
  },
  answer,
});

export const DIRECT_CALLS: Attack[] = [
  {
    name: "the list of functions, which leaves out none that the database has",
    attempt: async (world) => ({ status: 200, body: (await functionsOf(world)).map(({ name }) => name) }),
    answer: { status: 200, body: Object.keys(TO_A_STRANGER).sort() },
  },
  ...Object.keys(TO_A_STRANGER).map((name) => directly(name, "public", { status: 401, code: "42501" })),
  ...Object.entries(TO_A_STRANGER).map(([name, answer]) => directly(name, "stranger", answer)),
  ...["settle_as_error", "enroll_executor", "set_access_mode", "acts_as"].map((name) => ({
    name: `private.${name}, by its schema`,
    attempt: rpc(name, {}, { as: "stranger", headers: { "content-profile": "private" } }),
    answer: { status: 406, code: "PGRST106" },
  })),
  ...["pg_sleep", "pg_read_file", "set_config", "dblink"].map((name) => ({
    name: `${name}, which is Postgres's own`,
    attempt: rpc(name, {}, { as: "stranger" }),
    answer: { status: 404, code: "PGRST202" },
  })),
];
