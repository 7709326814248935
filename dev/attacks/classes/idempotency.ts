import { z } from "zod";
import { type Attack, agents } from "../attack.ts";
import { create } from "../send.ts";
import { OWNERS_KEY, PROJECTS, PUBLIC_KEY } from "../victims.ts";
import type { Who } from "../world.ts";

/** What the owner asked for under their key, and what was asked for with the public key alone: word for word. */
const owned = { projectId: PROJECTS.victim, displayName: "Owned", roleShort: "Front desk" };
const shared = { ...owned, displayName: "Public" };
const answered = z.object({ agent: z.object({ agent_key: z.string() }) });

const under = (key: string, body: unknown, as: Who) => create(body, { as, headers: { "idempotency-key": key } });

/** Creates an agent of one's own, instead of hearing what somebody else was answered. */
const ownAgent = (as: Who): Attack => ({
  name: `the owner's key and command, by: ${as}`,
  attempt: async (world) => {
    const { status, body } = await under(OWNERS_KEY, owned, as)(world);
    return { status, body: answered.parse(body).agent.agent_key === "agent:owned:main" };
  },
  answer: { status: 202, body: false },
  adds: { ...agents(1), "private.idempotency_keys": 1 },
});

const reused = { status: 422, code: "idempotency_key_reused" };
const among = (as: Who, key: string, body: unknown, answer: Attack["answer"]): Attack => ({
  name: `another's key and command among members, by: ${as}`,
  mode: "members",
  attempt: under(key, body, as),
  answer,
});

export const IDEMPOTENCY: Attack[] = [
  ownAgent("public"),
  ownAgent("stranger"),
  ownAgent("neighbour"),
  {
    name: "the owner's key with several agents, by a stranger",
    attempt: under(OWNERS_KEY.toUpperCase(), { agents: [owned, owned] }, "stranger"),
    // The stranger's own by now.
    answer: reused,
  },
  among("public", OWNERS_KEY, owned, { status: 401, code: "unauthorized" }),
  among("public", PUBLIC_KEY, shared, { status: 401, code: "unauthorized" }),
  among("viewer", OWNERS_KEY, owned, { status: 403, code: "forbidden" }),
  among("machine", OWNERS_KEY, owned, { status: 403, code: "forbidden" }),
  among("revoked machine", PUBLIC_KEY, shared, { status: 403, code: "forbidden" }),
  {
    name: "another's key with somebody named in the command",
    attempt: under(OWNERS_KEY, { ...owned, requestedBy: "owner" }, "stranger"),
    answer: { status: 400, code: "invalid_request" },
  },
  // Who calls with the public key alone is one caller, whichever of the two it is.
  {
    name: "the public caller's key with another command",
    attempt: under(PUBLIC_KEY, { ...shared, displayName: "Other" }, "public"),
    answer: reused,
  },
  {
    name: "the public caller's key with the same command in another project",
    attempt: under(PUBLIC_KEY, { ...shared, projectId: PROJECTS.lobby }, "anon key"),
    answer: reused,
  },
  {
    name: "the public caller's key with several agents",
    attempt: under(PUBLIC_KEY, { agents: [shared] }, "public"),
    answer: reused,
  },
  {
    name: "the public caller's key and command once more, which makes no second agent",
    attempt: async (world) => ({ status: (await under(PUBLIC_KEY, shared, "anon key")(world)).status }),
    answer: { status: 202 },
  },
];
