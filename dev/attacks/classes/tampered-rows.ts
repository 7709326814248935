import { link, mkdir, symlink } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { type Answer, type Attack, agents } from "../attack.ts";
import { workOff } from "../mac-mini.ts";
import { FUNCTION, send } from "../send.ts";
import { PROJECTS } from "../victims.ts";
import type { World } from "../world.ts";

/** Answers the refusal when the row would not have it. */
type Tamper = (world: World, id: string) => Promise<Answer | undefined>;

const ended = z.tuple([
  z.object({ status: z.string(), code: z.string().nullable(), workspace_path: z.string().nullable() }),
]);

/** Asks for an agent as anybody may, tampers with its rows, and lets the executor at them. Answers the request's end. */
const tampered =
  (id: string, tamper: Tamper): Attack["attempt"] =>
  async (world) => {
    await send(world, {
      path: FUNCTION,
      body: { projectId: PROJECTS.workshop, agentKey: keyOf(id), displayName: "Crafty", executorId: "mini" },
    });
    const refused = await tamper(world, id);
    if (refused !== undefined) {
      // As it was asked for it is of no more interest, and would be done by the next attempt.
      await world.database.query(
        `update public.agent_provision_requests set status = 'error', result = '{"message": "Enough"}'
         where agent_key = $1`,
        [keyOf(id)],
      );
      return refused;
    }
    await workOff(world, PROJECTS.workshop);
    const rows = await world.database.query(
      `select r.status, r.result ->> 'code' as code, a.workspace_path from public.agent_provision_requests as r
       join public.agents as a using (project_id, agent_key) where r.agent_key = $1`,
      [keyOf(id)],
    );
    const [{ status, code, workspace_path: path }] = ended.parse(rows);
    return { status, code: code ?? undefined, body: path?.replace(`${world.home}/`, "") ?? null };
  };
const keyOf = (id: string) => `agent:${id}:main`;

/** As whoever has got hold of the service role key: past every policy, and under the rules of the tables. */
const byServiceRole =
  (table: string, change: object, filter = "agent_key"): Tamper =>
  async (world, id) => {
    const path = `/rest/v1/${table}?${filter}=eq.${encodeURIComponent(keyOf(id))}`;
    const { status, code } = await send(world, { as: "service role", method: "PATCH", path, body: change });
    return status === 204 ? undefined : { status, code };
  };

/** As whoever owns the database: with the rules of the tables gone, for as long as the executor works. */
const withoutRules = (id: string, set: string): Attack["attempt"] => {
  const lie: Tamper = async ({ database }) => {
    await database.query(`${set} where agent_key = $1`, [keyOf(id)]);
    return undefined;
  };
  return async (world) => {
    const { database } = world;
    const rules = await database.query(
      `select conname as name, pg_get_constraintdef(oid) as rule from pg_constraint
       where conrelid = 'public.agent_provision_requests'::regclass and contype = 'c'`,
    );
    const change = (what: string) => database.query(`alter table public.agent_provision_requests ${what}`);
    for (const { name } of rules) await change(`drop constraint ${name}`);
    await database.query("alter table public.agents disable trigger check_agent_fields");
    try {
      return await tampered(id, lie)(world);
    } finally {
      await database.query("alter table public.agents enable trigger check_agent_fields");
      for (const { name, rule } of rules) await change(`add constraint ${name} ${rule}`);
    }
  };
};

type End = Omit<Attack, "name" | "attempt">;
const asked = agents(1);
const told = { ...asked, "public.activities": 2, "private.request_leases": 1 };
const done = (id: string): End => ({
  answer: { status: "done", body: `.openclaw/workspace-${id}` },
  adds: { ...told, "public.brain_doc_disk": 3 },
  changes: ["public.executor_runtime"],
  writes: [`agent ${id}`, `workspace-${id}`],
});
/** What the agent was called before is told as well. */
const renamed = { ...told, "public.activities": 3 };
const refusedByExecutor = (code: string): End => ({ answer: { status: "error", code, body: null }, adds: told });
const refusedByTable = (code = "23514", status = 400): End => ({
  answer: { status, code },
  adds: { ...asked, "public.activities": 2 },
});

const REQUESTS = "agent_provision_requests";
const PATHS = ["../../../elsewhere", "/etc", "..", "ricky/../../elsewhere", "-rf", "RICKY", "main", "a b", ""];

const inTables: [string, Tamper, End | typeof done][] = [
  ["another workspace in the agent's row", byServiceRole("agents", { workspace_path: "/etc/cron.d" }), done],
  ["a path as the request's id", byServiceRole(REQUESTS, { agent_id_short: "../../elsewhere" }), refusedByTable()],
  ["another agent's id in the request", byServiceRole(REQUESTS, { agent_id_short: "ricky" }), refusedByTable()],
  ["another agent's id in the agent's row", byServiceRole("agents", { agent_id_short: "ricky" }), refusedByTable()],
  ["a path in the agent's key", byServiceRole("agents", { agent_key: "agent:../../elsewhere:main" }), refusedByTable()],
  ["a line break in the name", byServiceRole("agents", { name: "Crafty\nrm -rf /" }), refusedByTable()],
  ["a word as emoji", byServiceRole("agents", { emoji: "--name" }), refusedByTable()],
  ["a path as the type of a document", byServiceRole("brain_docs", { doc_type: "../../.zshrc" }), refusedByTable()],
  ["a status nobody knows", byServiceRole(REQUESTS, { status: "writing" }), refusedByTable()],
  ["running without a claim", byServiceRole(REQUESTS, { status: "running" }), refusedByTable("lease_lost", 409)],
  ["a kind nobody knows", byServiceRole(REQUESTS, { kind: "exec" }), refusedByTable()],
  [
    "the kind of an agent that lives",
    byServiceRole(REQUESTS, { kind: "set_identity" }),
    refusedByExecutor("not_in_runtime"),
  ],
  [
    "progress that was never made",
    byServiceRole(REQUESTS, { progress: [{ step: "../../elsewhere", state: "done" }] }),
    done,
  ],
  ["a workspace in the result", byServiceRole(REQUESTS, { result: { workspaceDir: "/etc" } }), done],
];

const unclaimed: End = {
  answer: refusedByExecutor("agent_id_taken").answer,
  adds: { ...asked, "public.activities": 2 },
};
const lies: [string, string, End][] = [
  [
    "a kind nobody knows, with no rule in the way",
    `update public.${REQUESTS} set kind = 'exec'`,
    refusedByExecutor("unsupported_kind"),
  ],
  ...PATHS.map((path): (typeof lies)[number] => [
    `${path || "nothing"} as the request's id, with no rule in the way`,
    `update public.${REQUESTS} set agent_id_short = '${path}'`,
    refusedByExecutor("invalid_row"),
  ]),
  [
    "another agent's id in the request, with no rule in the way",
    `update public.${REQUESTS} set agent_id_short = 'ricky'`,
    // The claim does not even hand it out.
    unclaimed,
  ],
  [
    "a line break in the name, with no rule in the way",
    "update public.agents set name = E'Crafty\\nrm'",
    { ...refusedByExecutor("invalid_row"), adds: renamed },
  ],
  [
    "a name of 500 characters, with no rule in the way",
    "update public.agents set name = repeat('x', 500)",
    { ...refusedByExecutor("invalid_row"), adds: renamed },
  ],
  [
    "a word as emoji, with no rule in the way",
    "update public.agents set emoji = '--name'",
    { ...refusedByExecutor("invalid_row"), adds: renamed },
  ],
];

/** Laid on the Mac where the workspace belongs, so that what is written lands elsewhere; and what was acknowledged before. */
type Trap = (workspace: string, elsewhere: string) => Promise<unknown>;
const oneFile = { "public.brain_doc_disk": 1 };
const traps: [string, Trap, Record<string, number>][] = [
  ["a link in place of the workspace", (workspace, elsewhere) => symlink(elsewhere, workspace), {}],
  [
    "a link in place of a file",
    async (workspace, elsewhere) => {
      await mkdir(workspace);
      await symlink(join(elsewhere, "SOUL.md"), join(workspace, "SOUL.md"));
    },
    oneFile,
  ],
  [
    "a second name of another file",
    async (workspace, elsewhere) => {
      await mkdir(workspace);
      await link(join(elsewhere, "SOUL.md"), join(workspace, "SOUL.md"));
    },
    oneFile,
  ],
];

let count = 0;
/** The attack on an agent of its own. */
function onItsOwn(name: string, attempt: (id: string) => Attack["attempt"], end: End | typeof done): Attack {
  count += 1;
  const id = `crafty-${count}`;
  return { name, attempt: attempt(id), ...(typeof end === "function" ? end(id) : end) };
}

export const TAMPERED_ROWS: Attack[] = [
  ...inTables.map(([name, tamper, end]) => onItsOwn(name, (id) => tampered(id, tamper), end)),
  ...lies.map(([name, set, end]) => onItsOwn(name, (id) => withoutRules(id, set), end)),
  ...traps.map(([name, trap, acknowledged]) =>
    onItsOwn(
      name,
      (id) =>
        tampered(id, async ({ home, mac }) => {
          await trap(join(home, ".openclaw", `workspace-${id}`), join(mac, "elsewhere"));
          return undefined;
        }),
      (id) => ({
        ...refusedByExecutor("workspace_unsafe"),
        adds: { ...told, ...acknowledged },
        // The trap itself, and in it what was written before it was met.
        writes: [`workspace-${id}`],
      }),
    ),
  ),
];
