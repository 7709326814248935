import pg from "pg";
import { migrate } from "../../../dev/database/migrate.ts";
import { createShape } from "../../../dev/database/shapes/shape-database.ts";
import { type Caller, createTestDatabase } from "../../../dev/testing/test-database.ts";
import { operator, owner, viewer } from "../people.ts";
import { anon, machine, service, stranger } from "../road.ts";

/** Everybody there is. The members belong to the project `ours`, the executor is mini. */
export const CALLERS = {
  anon,
  stranger,
  viewer,
  operator,
  owner,
  executor: machine,
  other: { role: "authenticated", sub: "66666666-6666-4666-8666-666666666666" },
  service,
} as const satisfies Record<string, Caller>;
export type CallerName = keyof typeof CALLERS;

export const SCOPES = ["ours", "theirs"] as const;
export type Scope = (typeof SCOPES)[number];

/** A project with all that hangs on one: `ours` on the executor mini, `theirs` on other. */
const project = (scope: Scope, digit: 1 | 2, executor: string) => `
  insert into public.projects (id, name, workspace_path) values ('${scope}', 'Project', '/w');
  insert into public.project_members (project_id, user_id, role) values
    ('${scope}', gen_random_uuid(), 'owner'), ('${scope}', '${digit === 1 ? viewer.sub : "77777777-7777-4777-8777-777777777777"}', 'viewer');
  insert into public.executors (id, display_name, instance_id) values
    ('${executor}', 'Mac', 'f0000000-0000-4000-8000-000000000002'), ('spare-${scope}', 'Spare', gen_random_uuid());
  insert into public.executor_runtime (executor_id) values ('${executor}');
  insert into private.executor_reports (executor_id, findings) values ('${executor}', '[]');
  insert into public.agents (project_id, agent_key, name, emoji, agent_id_short, executor_id, workspace_path)
  select '${scope}', 'agent:' || id || '-${scope}:main', 'Agent', '🦊', id || '-${scope}', '${executor}', '/w'
  from unnest(array['one', 'wait', 'run', 'fail']) as id;
  insert into public.agent_status (project_id, agent_key) values ('${scope}', 'agent:one-${scope}:main');
  insert into public.brain_docs (id, project_id, agent_key, doc_type)
  values ('d0000000-0000-4000-8000-00000000000${digit}', '${scope}', 'agent:one-${scope}:main', 'soul');
  insert into public.brain_doc_disk (doc_id, executor_id)
  values ('d0000000-0000-4000-8000-00000000000${digit}', '${executor}');
  insert into public.activities (project_id, type, message) values ('${scope}', 'seed', 'Seed');
  insert into public.agent_provision_requests (
    id, project_id, agent_key, agent_id_short, display_name, emoji, role_short, executor_id
  )
  select ('a0000000-0000-4000-8000-00000000000' || ${digit} + number)::uuid, '${scope}',
    'agent:' || id || '-${scope}:main', id || '-${scope}', 'Agent', '🦊', '', '${executor}'
  from (values ('one', 0), ('run', 2), ('fail', 4)) as r (id, number);
  insert into private.request_leases (request_id, executor_id, instance_id, claim_token, lease_expires_at, bound_by_claim)
  values ('a0000000-0000-4000-8000-00000000000${digit + 2}', '${executor}', gen_random_uuid(),
    'b0000000-0000-4000-8000-00000000000${digit}', now() + interval '1 day', false);
  update public.agent_provision_requests set status = 'running', attempts = 1
  where id = 'a0000000-0000-4000-8000-00000000000${digit + 2}';
  update public.agent_provision_requests set status = 'error', completed_at = now(), result = '{"code": "internal"}'
  where id = 'a0000000-0000-4000-8000-00000000000${digit + 4}';`;

const SEED = `
  ${project("ours", 1, "mini")} ${project("theirs", 2, "other")}
  insert into public.project_members (project_id, user_id, role)
  values ('ours', '${operator.sub}', 'operator'), ('ours', '${owner.sub}', 'owner');
  insert into private.executor_credentials (user_id, executor_id)
  values ('${machine.sub}', 'mini'), ('${CALLERS.other.sub}', 'other');

  -- What becomes of a statement: how many rows it touched, or the SQLSTATE it was refused with. Nothing of it stays.
  create schema matrix;
  grant usage on schema matrix to anon, authenticated, service_role;
  create function matrix.attempt(_sql text) returns text language plpgsql as $$
  declare
    touched int;
  begin
    execute _sql;
    get diagnostics touched = row_count;
    raise exception using errcode = 'MX000', message = touched;
  exception
    when sqlstate 'MX000' then return sqlerrm;
    when others then return sqlstate;
  end $$;
  grant execute on function matrix.attempt(text) to anon, authenticated, service_role;`;

type Run = (caller: Caller, sql: string) => Promise<Record<string, unknown>[]>;
export type MatrixDatabase = AsyncDisposable & {
  shape: "empty" | "M";
  query(sql: string): Promise<Record<string, unknown>[]>;
  /** What becomes of each statement, for this caller. */
  attempt(caller: Caller, statements: string[]): Promise<string[]>;
};

const attemptWith = (run: Run) => async (caller: Caller, statements: string[]) => {
  const list = pg.escapeLiteral(JSON.stringify(statements));
  const rows = await run(
    caller,
    `select matrix.attempt(s.sql) as outcome
     from (select value as sql from jsonb_array_elements_text(${list}) with ordinality order by ordinality) as s`,
  );
  return rows.map(({ outcome }) => String(outcome));
};

/** Under which default privileges which database was made, before our chapters came. */
export const DATABASES = {
  "empty, new privileges": () => openEmpty("new"),
  "empty, old privileges": () => openEmpty("old"),
  "M, new privileges": () => openOlder("new"),
  "M, old privileges": () => openOlder("old"),
};

async function openEmpty(regime: "new" | "old"): Promise<MatrixDatabase> {
  const database = await createTestDatabase(regime);
  await database.query(SEED);
  return {
    shape: "empty",
    query: database.query,
    attempt: attemptWith(database.queryAs),
    [Symbol.asyncDispose]: database.drop,
  };
}

async function openOlder(regime: "new" | "old"): Promise<MatrixDatabase> {
  const database = await createShape("M");
  if (regime === "new") await withNewDefaultPrivileges(database.url);
  await migrate(database.url);
  await database.query(SEED);
  return {
    shape: "M",
    query: database.query,
    attempt: attemptWith(async (caller, sql) => {
      const outcome = await database.attempt(caller, sql);
      if ("refused" in outcome) throw new Error(`The attempts themselves were refused: ${outcome.refused}`);
      return outcome.rows;
    }),
    [Symbol.asyncDispose]: () => database[Symbol.asyncDispose](),
  };
}

/** The project was moved to the privileges of today: its tables keep their grants, and what is made from now on gets none. */
async function withNewDefaultPrivileges(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    for (const objects of ["tables", "functions", "sequences"])
      await client.query(
        `alter default privileges in schema public revoke all on ${objects} from anon, authenticated, service_role`,
      );
  } finally {
    await client.end();
  }
}
