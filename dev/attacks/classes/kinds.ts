import type { Attack } from "../attack.ts";
import { call, create, FUNCTION, rest } from "../send.ts";
import { PROJECTS, REQUESTS } from "../victims.ts";

const wanda = {
  project_id: PROJECTS.victim,
  agent_key: "agent:wanda:main",
  agent_id_short: "wanda",
  display_name: "Wanda",
  emoji: "🦊",
};
const insert = (row: object, as: "public" | "stranger" | "machine" = "public", query = "") =>
  rest(`agent_provision_requests${query}`, { as, method: "POST", body: row });
const invalid = { status: 400, code: "invalid_request" };
const ungranted = { status: 401, code: "42501" };
const forbidden = { status: 403, code: "forbidden" };

/** What the server alone says of a request. */
const SERVERS: Record<string, unknown> = {
  kind: "deprovision",
  executor_id: "other",
  attempts: 0,
  max_attempts: 1000,
  run_after: "2000-01-01",
  requested_at: "2000-01-01",
  requested_by: "service_role",
  progress: [{ step: "workspace", state: "done" }],
  result: { code: "internal" },
  retry_of: REQUESTS.failed,
  cancel_requested_at: "2000-01-01",
  id: REQUESTS.absent,
};

const agent = { projectId: PROJECTS.lobby, displayName: "Plain" };

export const KINDS: Attack[] = [
  ...["deprovision", "set_identity", "provision", "exec"].map((kind) => ({
    name: `the kind ${kind}, said to the function`,
    attempt: create({ ...agent, kind }),
    answer: invalid,
  })),
  ...["status", "provisioned", "agentIdShort", "workspacePath", "requestedBy", "result", "__proto__x"].map((field) => ({
    name: `${field}, which the function does not take`,
    attempt: create({ ...agent, [field]: "running" }),
    answer: invalid,
  })),
  {
    name: "a kind for one agent of several",
    attempt: create({ agents: [agent, { ...agent, kind: "deprovision" }] }),
    answer: invalid,
  },
  ...Object.entries(SERVERS).map(([column, value]) => ({
    name: `a row of one's own with ${column}`,
    attempt: insert({ ...wanda, [column]: value }),
    answer: ungranted,
  })),
  ...["running", "done", "error"].map((status) => ({
    name: `a row of one's own that says ${status}`,
    attempt: insert({ ...wanda, status }),
    // A running one is met by the guard of leases first.
    answer: status === "running" ? { status: 409, code: "lease_lost" } : { status: 401, code: "42501" },
  })),
  ...Object.entries({
    "for an agent that is live": { agent_key: "agent:ricky:main", agent_id_short: "ricky", display_name: "Ricky" },
    "for an agent that is not there": { agent_key: "agent:ghost:main", agent_id_short: "ghost", display_name: "Ghost" },
    "with another name than the agent's": { display_name: "Wendy" },
    "with another emoji than the agent's": { emoji: "🤖" },
    "with another id than the key's": { agent_id_short: "ricky" },
    "for a project that is not there": { project_id: "nowhere" },
  }).map(([what, lie]) => ({
    name: `a row of one's own ${what}`,
    attempt: insert({ ...wanda, ...lie }),
    answer: forbidden,
  })),
  {
    name: "a second open row for an agent",
    attempt: insert({ ...wanda, agent_key: "agent:quinn:main", agent_id_short: "quinn", display_name: "Quinn" }),
    answer: { status: 409, code: "23505" },
  },
  {
    name: "a row over one that is there",
    attempt: insert(wanda, "stranger", "?on_conflict=id"),
    mode: "members",
    answer: forbidden,
  },
  { name: "a row of one's own among members", mode: "members", attempt: insert(wanda), answer: forbidden },
  { name: "a row by an executor's user", attempt: insert(wanda, "machine"), answer: forbidden },
  ...(["public", "stranger"] as const).flatMap((as) => [
    {
      name: `a change of the kind of a row that waits, by: ${as}`,
      attempt: rest(`agent_provision_requests?id=eq.${REQUESTS.queued}`, {
        as,
        method: "PATCH",
        body: { kind: "deprovision" },
      }),
      answer: { status: as === "public" ? 401 : 403, code: "42501" },
    },
    {
      name: `the removal of a row that waits, by: ${as}`,
      attempt: rest(`agent_provision_requests?id=eq.${REQUESTS.queued}`, { as, method: "DELETE" }),
      answer: { status: as === "public" ? 401 : 403, code: "42501" },
    },
  ]),
  ...["DELETE", "PATCH"].map((method) => ({
    name: `${method} of an agent, with the public key`,
    attempt: call({ method, path: `${FUNCTION}/projects/${PROJECTS.victim}/agents/agent:ricky:main`, body: {} }),
    answer: { status: 401, code: "unauthorized" },
  })),
  {
    name: "PUT of an agent, with the public key",
    attempt: call({
      method: "PUT",
      path: `${FUNCTION}/projects/${PROJECTS.victim}/agents/agent:ricky:main`,
      body: {},
    }),
    answer: { status: 404, code: "not_found" },
  },
];
