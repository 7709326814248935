import type { Attack } from "../attack.ts";
import { create, FUNCTION, rest, rpc, send } from "../send.ts";
import { PROJECTS, REQUESTS } from "../victims.ts";
import type { Who, World } from "../world.ts";

const theirs = { projectId: PROJECTS.victim, displayName: "Cuckoo" };
const own = { projectId: PROJECTS.neighbour, displayName: "Cuckoo" };

const noProject = { status: 404, code: "project_not_found" };
const noRequest = { status: 404, code: "not_found" };
const forbidden = { status: 403, code: "forbidden" };
const unauthorized = { status: 401, code: "unauthorized" };

/** What each hears who may not write in the project: whoever may not look hears that there is nothing. */
const OUTSIDERS: Partial<
  Record<Who, { project: Attack["answer"]; request: Attack["answer"]; retry?: Attack["answer"] }>
> = {
  public: { project: unauthorized, request: unauthorized },
  "anon key": { project: unauthorized, request: unauthorized },
  stranger: { project: noProject, request: noRequest },
  neighbour: { project: noProject, request: noRequest },
  viewer: { project: forbidden, request: forbidden },
  machine: { project: forbidden, request: forbidden },
  "other machine": { project: forbidden, request: forbidden },
  "revoked machine": { project: forbidden, request: forbidden },
};

const WHO = [
  "public",
  "anon key",
  "stranger",
  "neighbour",
  "viewer",
  "machine",
  "other machine",
  "revoked machine",
] as const;

const byEach: Attack[] = WHO.flatMap((as) => {
  const { project = unauthorized, request = unauthorized } = OUTSIDERS[as] ?? {};
  const about = (verb: string, id: string) => (world: World) =>
    send(world, { as, path: `${FUNCTION}/requests/${id}/${verb}` });
  const ricky =
    (method: string, more = "", body?: object) =>
    (world: World) =>
      send(world, { as, method, path: `${FUNCTION}/projects/${PROJECTS.victim}/agents/agent:ricky:main${more}`, body });
  return [
    { name: `an agent in a project by: ${as}`, attempt: create(theirs, { as }), answer: project },
    { name: `an agent among one's own by: ${as}`, attempt: create({ agents: [theirs, own] }, { as }), answer: project },
    { name: `the end of a request that waits, by: ${as}`, attempt: about("cancel", REQUESTS.queued), answer: request },
    { name: `the end of a request that runs, by: ${as}`, attempt: about("cancel", REQUESTS.running), answer: request },
    { name: `another try of a request by: ${as}`, attempt: about("retry", REQUESTS.failed), answer: request },
    {
      name: `another name for an agent by: ${as}`,
      attempt: ricky("PATCH", "", { displayName: "Cuckoo" }),
      answer: project,
    },
    { name: `the removal of an agent by: ${as}`, attempt: ricky("DELETE"), answer: project },
    { name: `another making of an agent by: ${as}`, attempt: ricky("POST", "/provision", {}), answer: project },
    {
      name: `a document by: ${as}`,
      attempt: ricky("PUT", "/files/soul", { content: "I am yours", baseRevision: 1 }),
      answer: project,
    },
    {
      name: `the settling of a conflict by: ${as}`,
      attempt: ricky("POST", "/files/soul/resolve", { content: "I am yours", baseRevision: 1, conflictVersion: 1 }),
      answer: project,
    },
    ...(as === "viewer"
      ? []
      : [{ name: `the text of a document by: ${as}`, attempt: ricky("GET", "/files/soul"), answer: project }]),
    {
      name: `an agent of OpenClaw's by: ${as}`,
      attempt: (world: World) =>
        send(world, {
          as,
          path: `${FUNCTION}/projects/${PROJECTS.victim}/adopt`,
          body: { executorId: "mini", agentId: "main" },
        }),
      answer: project,
    },
  ];
}).map((attack) => ({ ...attack, mode: "members" }));

/** Whether two calls are answered word for word alike. */
const alike =
  (one: Attack["attempt"], other: Attack["attempt"]): Attack["attempt"] =>
  async (world) => {
    const [a, b] = [await one(world), await other(world)];
    return { status: a.status, code: a.code, body: JSON.stringify(a) === JSON.stringify(b) };
  };

const toStranger: Attack[] = [
  {
    name: "which projects there are, by what is said of one that is not there",
    mode: "members",
    attempt: alike(
      create(theirs, { as: "neighbour" }),
      create({ ...theirs, projectId: "nowhere" }, { as: "neighbour" }),
    ),
    answer: { ...noProject, body: true },
  },
  ...(["cancel", "retry"] as const).map(
    (verb): Attack => ({
      name: `which requests there are, by what ${verb} says of one that is not there`,
      mode: "members",
      attempt: alike(
        (world) => send(world, { as: "neighbour", path: `${FUNCTION}/requests/${REQUESTS.failed}/${verb}` }),
        (world) => send(world, { as: "neighbour", path: `${FUNCTION}/requests/${REQUESTS.absent}/${verb}` }),
      ),
      answer: { ...noRequest, body: true },
    }),
  ),
];

const members = (name: string, as: Who, attempt: Attack["attempt"], answer: Attack["answer"]): Attack => ({
  name: `${name}, by: ${as}`,
  mode: "members",
  attempt,
  answer,
});
const self =
  (as: "stranger" | "viewer" | "neighbour" | "machine", role: string): Attack["attempt"] =>
  (world) =>
    send(world, {
      as,
      path: "/rest/v1/rpc/add_member",
      body: { project_id: PROJECTS.victim, user_id: world.personOf(as).id, role },
    });
const outOwner =
  (as: Who): Attack["attempt"] =>
  (world) =>
    rpc("remove_member", { project_id: PROJECTS.victim, user_id: world.personOf("owner").id }, { as })(world);

const membership: Attack[] = [
  members("to become an owner", "stranger", self("stranger", "owner"), noProject),
  members("to become an owner", "neighbour", self("neighbour", "owner"), noProject),
  members("to become an owner", "viewer", self("viewer", "owner"), forbidden),
  members("to become an owner", "machine", self("machine", "owner"), forbidden),
  {
    ...members("to become a viewer while all is open", "stranger", self("stranger", "viewer"), forbidden),
    mode: "open",
  },
  members("to put the owner out", "neighbour", outOwner("neighbour"), noProject),
  members("to put the owner out", "viewer", outOwner("viewer"), forbidden),
  members("to put the last owner out", "owner", outOwner("owner"), { status: 409, code: "last_owner" }),
  members("to open everything", "neighbour", rpc("set_access_mode", { mode: "open" }, { as: "neighbour" }), forbidden),
  members("to open everything", "viewer", rpc("set_access_mode", { mode: "open" }, { as: "viewer" }), forbidden),
  members("to open everything", "public", rpc("set_access_mode", { mode: "open" }), { status: 401, code: "42501" }),
  members(
    "to see who belongs",
    "neighbour",
    async (world) => {
      const answer = await rpc("list_access", {}, { as: "neighbour" })(world);
      return { status: answer.status, body: JSON.stringify(answer.body).includes(PROJECTS.victim) };
    },
    { status: 200, body: false },
  ),
  members(
    "to carry one's own agent over",
    "neighbour",
    rest("agents?agent_key=eq.agent:pim:main", {
      as: "neighbour",
      method: "PATCH",
      body: { project_id: PROJECTS.victim },
    }),
    { status: 403, code: "42501" },
  ),
];

export const OTHER_PROJECTS: Attack[] = [...byEach, ...toStranger, ...membership];
