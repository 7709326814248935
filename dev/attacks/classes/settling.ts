import type { Attack } from "../attack.ts";
import { rpc } from "../send.ts";
import { CLAIM_TOKEN, INSTANCE, PROJECTS, REQUESTS } from "../victims.ts";
import type { Who } from "../world.ts";

const done = { agentId: "rosa", workspaceDir: "/etc", openclawVersion: "1", steps: [] };
/** Every word that ends, extends or reads a claim, and what it needs besides the fence. */
const WORDS: Record<string, { about: object; lost: Attack["answer"] }> = {
  complete_provision_request: { about: { result: done, runtime_agents: [] }, lost: { status: 200, body: "lost" } },
  fail_provision_request: {
    about: { error: { code: "internal", message: "Sabotage" }, permanent: true },
    lost: { status: 200, body: "lost" },
  },
  release_provision_request: { about: {}, lost: { status: 200, body: "lost" } },
  renew_provision_lease: {
    about: { progress: [{ step: "verify", state: "done" }] },
    lost: { status: 200, body: [{ held: false, cancel_requested: false }] },
  },
  read_request_documents: { about: {}, lost: { status: 409, code: "lease_lost" } },
};

const forbidden = { status: 403, code: "forbidden" };

/** Each word about the running request. Who has no such token hears that it is lost; who has it must also be its executor. */
const each = (what: string, as: Who, fence: object, answer?: Attack["answer"]): Attack[] =>
  Object.entries(WORDS).map(([name, { about, lost }]) => ({
    name: `${name} ${what}`,
    attempt: rpc(name, { request_id: REQUESTS.running, ...fence, ...about }, { as }),
    answer: answer ?? lost,
  }));

const guessed = { claim_token: "eeeeeeee-0000-4000-8000-000000000001" };
const stolen = { claim_token: CLAIM_TOKEN };

const claim = { executor: "mini", instance: INSTANCE, free_slots: 5, claim_token: guessed.claim_token };

export const SETTLING: Attack[] = [
  ...each("with the public key and no token", "public", { claim_token: null }, { status: 401, code: "42501" }),
  ...each("with the public key and the right token", "public", stolen, { status: 401, code: "42501" }),
  ...each("by a stranger with no token", "stranger", { claim_token: null }),
  ...each("by a stranger with a token they made up", "stranger", guessed),
  ...each("by a stranger with the right token", "stranger", stolen, forbidden),
  ...each("by an owner with the right token", "owner", stolen, forbidden),
  ...each("by the executor itself with a token it made up", "machine", guessed),
  ...each("by another executor with the right token", "other machine", stolen, forbidden),
  ...each("by the executor's revoked user with the right token", "revoked machine", stolen, forbidden),
  ...each("by the executor, about another request than its token is for", "machine", {
    ...stolen,
    request_id: REQUESTS.queued,
  }),
  ...(["stranger", "owner", "other machine", "revoked machine"] as const).map((as) => ({
    name: `a claim in the name of mini by: ${as}`,
    attempt: rpc("claim_provision_requests", claim, { as }),
    answer: forbidden,
  })),
  {
    name: "the same claim again, with the right token, by another executor in its own name",
    attempt: rpc(
      "claim_provision_requests",
      { ...claim, executor: "other", free_slots: 0, ...stolen, project_ids: [PROJECTS.victim] },
      { as: "other machine" },
    ),
    answer: { status: 200, body: [] },
  },
];
