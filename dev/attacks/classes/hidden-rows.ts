import type { Attack } from "../attack.ts";
import { rest, send } from "../send.ts";
import { DOCUMENT, PROJECTS } from "../victims.ts";
import type { Who } from "../world.ts";

const TABLES = [
  "projects",
  "project_members",
  "agents",
  "agent_status",
  "activities",
  "brain_docs",
  "brain_doc_versions",
  "brain_doc_disk",
  "agent_provision_requests",
  "executors",
  "executor_runtime",
];

const nothing = { status: 200, body: [] };
const ungranted = { status: 401, code: "42501" };

/** What a machine hears of by Realtime it may read as well: of another executor's there must be nothing. */
const ofMini: Record<string, string> = {
  brain_docs: `project_id=eq.${PROJECTS.victim}`,
  agent_provision_requests: "executor_id=eq.mini",
  executor_runtime: "executor_id=eq.mini",
};

const look = (what: string, as: Who, path: string, answer: Attack["answer"]): Attack => ({
  name: `${what}, by: ${as}`,
  mode: "members",
  attempt: rest(path, { as }),
  answer,
});

const stranger = (what: string, path: string, answer: Attack["answer"] = nothing) =>
  look(what, "stranger", path, answer);

export const HIDDEN_ROWS: Attack[] = [
  ...TABLES.map((table) =>
    look(table, "public", `${table}?select=*`, table === "agent_provision_requests" ? nothing : ungranted),
  ),
  ...TABLES.map((table) => stranger(table, `${table}?select=*`)),
  ...TABLES.filter((table) => !table.startsWith("executor")).map((table) =>
    look(
      `another project's ${table}`,
      "neighbour",
      // The key of a disk row is its document's.
      table === "brain_doc_disk"
        ? `${table}?doc_id=eq.${DOCUMENT}`
        : `${table}?${table === "projects" ? "id" : "project_id"}=eq.${PROJECTS.victim}`,
      nothing,
    ),
  ),
  ...TABLES.map((table) => look(table, "revoked machine", `${table}?select=*`, nothing)),
  ...Object.entries(ofMini).map(([table, filter]) =>
    look(`mini's ${table}`, "other machine", `${table}?${filter}`, nothing),
  ),
  ...TABLES.filter((table) => !(table in ofMini)).map((table) => look(table, "machine", `${table}?select=*`, nothing)),
  stranger("a text by its beginning", "brain_docs?select=id&content=like.TOP*"),
  stranger("members behind their project", "projects?select=id,project_members(*)"),
  stranger("a project behind its agents", "agents?select=id,projects!inner(*)"),
  stranger("rows by their count", "agents?select=count", { status: 200, body: [{ count: 0 }] }),
  stranger("a private table by its name", "private.settings?select=*", { status: 404, code: "42P01" }),
  stranger("a table of Postgres", "pg_authid?select=*", { status: 404, code: "42P01" }),
  stranger("a private column by an embedding", "agents?select=id,request_leases(*)", { status: 400, code: "PGRST200" }),
  {
    name: "rows by the plan of a query",
    mode: "members",
    attempt: async (world) => {
      const plan = rest("agents?select=*", { as: "stranger", headers: { accept: "application/vnd.pgrst.plan+json" } });
      const { status, code } = await plan(world);
      // An older PostgREST has the neighbouring number for it.
      return { status: status === 415 ? 406 : status, code };
    },
    answer: { status: 406, code: "PGRST107" },
  },
  {
    name: "what the description of the interface says to nobody in particular",
    mode: "members",
    attempt: async (world) => {
      const { status, body } = await send(world, { method: "GET", path: "/rest/v1/" });
      return { status, body: TABLES.filter((table) => JSON.stringify(body).includes(`"/${table}"`)) };
    },
    answer: { status: 200, body: ["agent_provision_requests"] },
  },
  {
    name: "what a stranger is told of themselves",
    mode: "members",
    attempt: rest("access?select=*", { as: "stranger" }),
    answer: { status: 200, body: [{ mode: "members", roles: {}, executor_id: null }] },
  },
];
