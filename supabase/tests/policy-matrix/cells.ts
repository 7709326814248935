import { ALLOWED, COLUMNS, GRANTED, PRIVATE_TABLES } from "./expectations.ts";
import { type CallerName, type MatrixDatabase, SCOPES, type Scope } from "./fixture.ts";
import { ARGUMENTS, CALLS, PRIVATE_FUNCTIONS } from "./functions.ts";
import { cellOf } from "./read-table.ts";

export type Mode = "open" | "members";
/** One thing that a caller tries, and what is to come of it. */
export type Cell = { what: string; sql: string; outcome: string };

/** A row of the project, by which its table is looked at. */
const ROW: Record<keyof typeof COLUMNS, (scope: Scope) => string> = {
  projects: (scope) => `id = '${scope}'`,
  project_members: (scope) => `project_id = '${scope}' and role = 'viewer'`,
  agents: (scope) => `agent_key = 'agent:one-${scope}:main'`,
  agent_status: (scope) => `agent_key = 'agent:one-${scope}:main'`,
  activities: (scope) => `project_id = '${scope}' and type = 'seed'`,
  brain_docs: (scope) => `agent_key = 'agent:one-${scope}:main'`,
  brain_doc_versions: (scope) => `agent_key = 'agent:one-${scope}:main'`,
  brain_doc_disk: (scope) => `executor_id = '${executorOf(scope)}'`,
  agent_provision_requests: (scope) => `agent_key = 'agent:one-${scope}:main'`,
  executors: (scope) => `id = '${executorOf(scope)}'`,
  executor_findings: (scope) => `executor_id = '${executorOf(scope)}'`,
  executor_runtime: (scope) => `executor_id = '${executorOf(scope)}'`,
  access: () => "true",
};

/** What a new row says at the least. */
const NEW: Record<keyof typeof COLUMNS, (scope: Scope) => Record<string, string>> = {
  projects: (scope) => ({ id: `new-${scope}`, name: "New" }),
  project_members: (scope) => ({ project_id: scope, user_id: "f0000000-0000-4000-8000-000000000001", role: "viewer" }),
  agents: (scope) => ({ project_id: scope, agent_key: "agent:new:main", name: "New" }),
  agent_status: (scope) => ({ project_id: scope, agent_key: "agent:new:main" }),
  activities: (scope) => ({ project_id: scope, type: "note", message: "Note" }),
  brain_docs: (scope) => ({ project_id: scope, agent_key: "agent:new:main", doc_type: "soul" }),
  brain_doc_versions: (scope) => ({
    ...{ doc_id: documentOf(scope), project_id: scope, agent_key: "agent:new:main", doc_type: "soul" },
    ...{ content: "", sha256: "sha", author: "me", source: "direct" },
  }),
  brain_doc_disk: (scope) => ({ doc_id: documentOf(scope), executor_id: "spare" }),
  agent_provision_requests: (scope) => ({
    ...{ project_id: scope, agent_key: `agent:wait-${scope}:main`, agent_id_short: `wait-${scope}` },
    ...{ display_name: "Agent", emoji: "🦊" },
  }),
  executors: (scope) => ({
    ...{ id: `new-${scope}`, display_name: "New", instance_id: "f0000000-0000-4000-8000-000000000001" },
  }),
  executor_findings: (scope) => ({ executor_id: executorOf(scope) }),
  executor_runtime: (scope) => ({ executor_id: `spare-${scope}` }),
  access: () => ({ mode: "open" }),
};

const executorOf = (scope: Scope) => (scope === "ours" ? "mini" : "other");
const documentOf = (scope: Scope) => `d0000000-0000-4000-8000-00000000000${scope === "ours" ? 1 : 2}`;

const REFUSED = "42501";
const ONE_ROW = "1";
const NO_ROW = "0";
/** A view that shows no table's rows takes none; that is said before anybody is asked who they are. */
const NO_TABLE = "55000";
const VIEWS: (keyof typeof COLUMNS)[] = ["access", "executor_findings"];

type Asked = { shape: MatrixDatabase["shape"]; mode: Mode; caller: CallerName };

function mayDo({ shape, mode, caller }: Asked, table: string, verb: string, scope: Scope): boolean {
  if (caller === "service") return true;
  // What is another's own is the other's.
  const letters = cellOf(ALLOWED[shape][mode], table, caller === "other" ? "executor" : caller);
  const isOwn = scope === (caller === "other" ? "theirs" : "ours");
  return letters.includes(verb.toUpperCase()) || (isOwn && letters.includes(verb));
}

function isGranted({ shape, caller }: Asked, table: string, verb: string): boolean {
  const role = caller === "anon" ? "anon" : "authenticated";
  return caller === "service" || cellOf(GRANTED[shape], table, role).includes(verb);
}

function outcomeOf(
  asked: Asked,
  table: keyof typeof COLUMNS,
  column: string,
  verb: "s" | "i" | "u" | "d",
  scope: Scope,
) {
  if (VIEWS.includes(table) && verb !== "s") return NO_TABLE;
  const isClient = asked.caller !== "service";
  const isListed = COLUMNS[table].includes("+");
  if (!isGranted(asked, table, verb)) return REFUSED;
  if (verb === "i" && isClient && isListed && !column.endsWith("+")) return REFUSED;
  if (mayDo(asked, table, verb, scope)) return verb === "u" && isClient && column.endsWith("!") ? "PT403" : ONE_ROW;
  if (verb !== "i") return NO_ROW;
  // Its guard says in words what the policy says in a code.
  return table === "agent_provision_requests" ? "PT403" : REFUSED;
}

/** A column that is guarded has to be changed for the guard to notice; an identity is changed by its default alone. */
function changeOf(table: string, column: string): string {
  const name = column.replace(/[+!]$/, "");
  if (`${table}.${name}` === "brain_doc_versions.id") return "id = default";
  if (name === "provisioned") return "provisioned = not provisioned";
  return column.endsWith("!") ? `${name} = null` : `${name} = ${name}`;
}

function tableCells(asked: Asked, table: keyof typeof COLUMNS, scope: Scope): Cell[] {
  const row = ROW[table](scope);
  const fresh = NEW[table](scope);
  const cell = (verb: "s" | "i" | "u" | "d", column: string, sql: string): Cell => ({
    what: `${verb} ${table}${column && `.${column}`} of ${scope}`,
    sql,
    outcome: outcomeOf(asked, table, column, verb, scope),
  });
  const columns = COLUMNS[table].split(" ").flatMap((column) => {
    const name = column.replace(/[+!]$/, "");
    const names = [...new Set([...Object.keys(fresh), name])];
    const values = names.map((each) => (each in fresh ? `'${fresh[each]}'` : "default"));
    return [
      cell("s", column, `select ${name} from public.${table} where ${row}`),
      cell("i", column, `insert into public.${table} (${names.join(", ")}) values (${values.join(", ")})`),
      cell("u", column, `update public.${table} set ${changeOf(table, column)} where ${row}`),
    ];
  });
  return [...columns, cell("d", "", `delete from public.${table} where ${row}`)];
}

function functionCells({ mode, caller }: Asked): Cell[] {
  return [...CALLS.keys()].map((name) => {
    const [open = "", members = open] = cellOf(CALLS, name, caller).split("|");
    const outcome = mode === "open" ? open : members;
    return {
      what: `call ${name}`,
      sql: `select * from public.${name}(${ARGUMENTS[name]})`,
      outcome: outcome === "-" ? REFUSED : outcome === "ok" ? "ok" : `PT${outcome}`,
    };
  });
}

export const words = (text: string): string[] => text.split(/\s+/).filter((word) => word !== "");

/** Every cell of the matrix for one caller, about what is public. */
export function publicCells(asked: Asked): Cell[] {
  const tables = SCOPES.flatMap((scope) => [
    ...tableCells(asked, "projects", scope),
    ...tableCells(asked, "project_members", scope),
    ...tableCells(asked, "agents", scope),
    ...tableCells(asked, "agent_status", scope),
    ...tableCells(asked, "activities", scope),
    ...tableCells(asked, "brain_docs", scope),
    ...tableCells(asked, "brain_doc_versions", scope),
    ...tableCells(asked, "brain_doc_disk", scope),
    ...tableCells(asked, "agent_provision_requests", scope),
    ...tableCells(asked, "executors", scope),
    ...tableCells(asked, "executor_findings", scope),
    ...tableCells(asked, "executor_runtime", scope),
    ...tableCells(asked, "access", scope),
  ]);
  return [...tables, ...functionCells(asked)];
}

/** The same about the schema private: no table is anybody's, and a function is its own group's. */
export function privateCells(caller: CallerName, columns: [string, string][], signatures: [string, string][]): Cell[] {
  const tables = columns
    .filter(([table]) => words(PRIVATE_TABLES).includes(table))
    .flatMap(([table, column]) => [
      `select ${column} from private.${table}`,
      `insert into private.${table} (${column}) values (default)`,
      `update private.${table} set ${column} = default`,
      `delete from private.${table}`,
    ])
    .map((sql) => ({ what: sql, sql, outcome: REFUSED }));
  const groups = [
    "everybody",
    ...(caller === "anon" ? [] : ["signed in"]),
    ...(caller === "service" ? ["service"] : []),
  ];
  const mine = Object.entries(PRIVATE_FUNCTIONS).flatMap(([group, names]) =>
    groups.includes(group) ? words(names) : [],
  );
  const functions = signatures.map(([name, nulls]) => ({
    what: `call private.${name}`,
    sql: `select private.${name}(${nulls})`,
    outcome: mine.includes(name) ? "reached" : REFUSED,
  }));
  return [...tables, ...functions];
}
