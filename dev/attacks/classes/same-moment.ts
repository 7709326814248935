import { randomUUID } from "node:crypto";
import type { Attack } from "../attack.ts";
import { create, rest, send } from "../send.ts";
import { REQUESTS } from "../victims.ts";
import type { World } from "../world.ts";

const ROWS = 12;
const ROUNDS = 3;

type Waiting = { project_id: string; agent_key: string; agent_id_short: string; display_name: string; emoji: string };

/** Two new projects with agents that wait, each half of which is for one of two who ask; a row a request by hand. */
async function twoProjects(world: World): Promise<{ projects: [string, string]; halves: [Waiting[], Waiting[]] }> {
  const projects: [string, string] = [`left-${randomUUID()}`, `right-${randomUUID()}`];
  const half = (project: string, nth: number) =>
    Array.from({ length: ROWS / 2 }, (_, index): Waiting => {
      const id = `w${nth}${index}-${project.slice(-12)}`;
      return { project_id: project, agent_key: `agent:${id}:main`, agent_id_short: id, display_name: id, emoji: "🦊" };
    });
  const [left, right] = projects;
  const halves: [Waiting[], Waiting[]] = [
    [...half(left, 0), ...half(right, 0)],
    [...half(right, 1), ...half(left, 1)],
  ];
  await world.database.query("insert into public.projects (id, name) values ($1, 'Left'), ($2, 'Right')", projects);
  await world.database.query(
    `insert into public.agents (project_id, agent_key, agent_id_short, name, emoji)
     select w ->> 'project_id', w ->> 'agent_key', w ->> 'agent_id_short', w ->> 'display_name', w ->> 'emoji'
     from jsonb_array_elements($1) as w`,
    [JSON.stringify(halves.flat())],
  );
  return { projects, halves };
}

const worst = (statuses: (number | string)[]) => Math.max(...statuses.map(Number));

const insert = (rows: Waiting[]) => rest("agent_provision_requests", { method: "POST", body: rows });

/** Rows of two projects in one call, and the same projects the other way round in another: neither waits for ever. */
const inTwoOrders: Attack = {
  name: "rows of two projects by hand, in two orders",
  attempt: async (world) => {
    const statuses: (number | string)[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const { halves } = await twoProjects(world);
      const answers = await Promise.all(halves.map((rows) => insert(rows)(world)));
      statuses.push(...answers.map(({ status }) => status));
    }
    return { status: worst(statuses) };
  },
  answer: { status: 201 },
  adds: {
    "public.projects": 2 * ROUNDS,
    "public.agents": 2 * ROWS * ROUNDS,
    "public.agent_provision_requests": 2 * ROWS * ROUNDS,
    "public.activities": 2 * ROWS * ROUNDS,
  },
};

const BATCH = 4;
const againstBatch: Attack = {
  name: "rows by hand against somebody's batch through the function, in two orders",
  attempt: async (world) => {
    const statuses: (number | string)[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const { projects, halves } = await twoProjects(world);
      const agents = Array.from({ length: BATCH }, (_, index) => ({
        projectId: projects[index < BATCH / 2 ? 1 : 0],
        displayName: `Batch ${index}`,
      }));
      const answers = await Promise.all([insert(halves[0])(world), create({ agents }, { as: "stranger" })(world)]);
      // One is 201 and the other 202.
      statuses.push(...answers.map(({ status }) => (Number(status) < 300 ? 200 : status)));
    }
    return { status: worst(statuses) };
  },
  answer: { status: 200 },
  adds: {
    "public.projects": 2 * ROUNDS,
    "public.agents": (2 * ROWS + BATCH) * ROUNDS,
    "public.agent_status": BATCH * ROUNDS,
    "public.brain_docs": 3 * BATCH * ROUNDS,
    "public.brain_doc_versions": 3 * BATCH * ROUNDS,
    "public.agent_provision_requests": (ROWS + BATCH) * ROUNDS,
    "public.activities": (ROWS + BATCH) * ROUNDS,
  },
};

/** The same call, many times at once: so many come through, and each of the others hears the same refusal. */
const atOnce = (
  name: string,
  call: (world: World) => Parameters<typeof send>[1],
  answer: Attack["answer"],
  rest: Partial<Attack> = {},
): Attack => ({
  name,
  attempt: async (world) => {
    const answers = await Promise.all(Array.from({ length: ROWS }, () => send(world, call(world))));
    const refused = answers.filter(({ status }) => Number(status) >= 300);
    const kinds = new Set(refused.map(({ status, code }) => `${status} ${code}`));
    return { status: [...kinds].sort().join(), body: ROWS - refused.length };
  },
  answer,
  ...rest,
});

const path = (rest: string) => `/functions/v1/provision-agent${rest}`;

export const SAME_MOMENT: Attack[] = [
  inTwoOrders,
  againstBatch,
  atOnce(
    "cancels of a request that runs, with the public key",
    () => ({ path: path(`/requests/${REQUESTS.running}/cancel`) }),
    { status: "403 forbidden", body: 0 },
  ),
  atOnce("cancels of a request that has ended", () => ({ path: path(`/requests/${REQUESTS.failed}/cancel`) }), {
    status: "409 not_cancellable",
    body: 0,
  }),
  atOnce("retries with the public key", () => ({ path: path(`/requests/${REQUESTS.failed}/retry`) }), {
    status: "401 unauthorized",
    body: 0,
  }),
  atOnce(
    "retries of a request that waits",
    () => ({ path: path(`/requests/${REQUESTS.queued}/retry`), as: "stranger" }),
    { status: "409 not_retryable", body: 0 },
  ),
  atOnce(
    "creations in a project that is not there",
    () => ({ path: path(""), body: { projectId: "nowhere", displayName: "Twin" } }),
    { status: "404 project_not_found", body: 0 },
  ),
  atOnce(
    "creations under a key that is taken",
    () => ({
      path: path(""),
      body: { projectId: "front-office", displayName: "Twin", agentKey: "agent:ricky:main" },
    }),
    { status: "409 agent_key_taken", body: 0 },
  ),
  atOnce(
    "enrollings by a stranger",
    () => ({ path: path("/executors"), as: "stranger", body: { executorId: "mini" } }),
    { status: "403 forbidden", body: 0 },
  ),
  atOnce(
    "a request by hand for an agent that has one",
    () => ({
      path: "/rest/v1/agent_provision_requests",
      body: {
        project_id: "front-office",
        agent_key: "agent:quinn:main",
        agent_id_short: "quinn",
        display_name: "Quinn",
        emoji: "🦊",
      },
    }),
    { status: "409 23505", body: 0 },
  ),
];
