import { randomUUID } from "node:crypto";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type Caller, createTestDatabase, type TestDatabase } from "../../dev/testing/test-database.ts";
import { operator, owner, seedMembers, setMode, viewer } from "./people.ts";
import { anon, beat, create, enrollExecutor, MINI, machine, PROJECT, seedProject, service, stranger } from "./road.ts";

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
] as const;

/** Two projects with an agent each, of which the members belong to the first; the second's agent lives on another Mac. */
async function seed(database: TestDatabase): Promise<void> {
  await seedProject(database);
  await seedMembers(database);
  await beat(database);
  await beat(database, "other");
  await enrollExecutor(database);
  await create(database, { executor: MINI });
  await database.query(`
    insert into public.projects (id, name) values ('annex', 'Annex');
    insert into public.project_members (project_id, user_id, role) values ('annex', gen_random_uuid(), 'owner');
    insert into public.agents (project_id, agent_key, name, emoji, agent_id_short, executor_id)
    values ('annex', 'agent:pim:main', 'Pim', '📮', 'pim', 'other');
    insert into public.agent_status (project_id, agent_key) values ('annex', 'agent:pim:main');
    insert into public.brain_docs (project_id, agent_key, doc_type, content) values ('annex', 'agent:pim:main', 'soul', 'I am Pim');
    insert into public.agent_provision_requests (project_id, agent_key, agent_id_short, display_name, emoji, executor_id)
    values ('annex', 'agent:pim:main', 'pim', 'Pim', '📮', 'other');
    insert into public.brain_doc_disk (doc_id, executor_id) select d.id, 'mini' from public.brain_docs as d;
    insert into public.executor_runtime (executor_id) values ('mini'), ('other');
    delete from public.activities where type in ('member_added', 'document_edited');
  `);
}

/** As an older dashboard may have left its database: whoever has any key may do anything, says every policy but ours. */
async function openWide(database: TestDatabase): Promise<void> {
  for (const table of TABLES) {
    await database.query(
      `grant all on public.${table} to anon, authenticated;
       create policy wide on public.${table} for all to public using (true) with check (true)`,
    );
  }
}

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  await seed(database);
  await openWide(database);
});
afterAll(() => database.drop());
afterEach(async () => {
  await setMode(database, "open");
  await database.query("delete from public.activities where type = 'note'");
});

/** How many rows of each table this caller finds. */
async function look(caller: Caller): Promise<Record<string, number>> {
  const counts = TABLES.map(async (table) => {
    const [row] = await database.queryAs(caller, `select count(*)::int as count from public.${table}`);
    return [table, Number(row?.["count"])] as const;
  });
  return Object.fromEntries(await Promise.all(counts));
}

const nothing = Object.fromEntries(TABLES.map((table) => [table, 0]));
/** One agent with what belongs to it; three members; both Macs. */
const firstProject = {
  ...Object.fromEntries(TABLES.map((table) => [table, 1])),
  project_members: 3,
  brain_docs: 2,
  brain_doc_versions: 2,
  brain_doc_disk: 2,
  executors: 2,
  executor_runtime: 2,
};
const everything = {
  ...Object.fromEntries(TABLES.map((table) => [table, 2])),
  project_members: 4,
  brain_docs: 3,
  brain_doc_versions: 3,
  brain_doc_disk: 3,
};
/** The request for its agent and that agent's two documents, and its own list. */
const ownWork = { ...nothing, agent_provision_requests: 1, brain_docs: 2, executor_runtime: 1 };

describe("what each caller finds", () => {
  const always = [
    ["an executor", machine, ownWork],
    ["the service role", service, everything],
  ] as const;

  it.for([
    ["anon", anon, everything],
    ["a stranger", stranger, everything],
    ["a viewer", viewer, everything],
    ...always,
  ] as const)("while the project is open: %s", async ([, caller, found]) => {
    expect(await look(caller)).toEqual(found);
  });

  it.for([
    ["anon", anon, nothing],
    ["a stranger", stranger, nothing],
    ["a viewer", viewer, firstProject],
    ["an operator", operator, firstProject],
    ["an owner", owner, firstProject],
    ...always,
  ] as const)("among members: %s", async ([, caller, found]) => {
    await setMode(database, "members");
    expect(await look(caller)).toEqual(found);
  });

  it("a request that is bound to no Mac is every executor's", async () => {
    await setMode(database, "members");
    const bind = (executor: string | null) =>
      database.query("update public.agent_provision_requests set executor_id = $1 where project_id = 'annex'", [
        executor,
      ]);
    const read = () => database.queryAs(machine, "select project_id from public.agent_provision_requests order by 1");
    await bind(null);
    expect(await read()).toEqual([{ project_id: "annex" }, { project_id: PROJECT }]);
    await bind("other");
    expect(await read()).toEqual([{ project_id: PROJECT }]);
  });
});

describe("what each caller changes among members, whatever the older policies say", () => {
  const changes: Record<string, string> = {
    "renames the agents": "update public.agents set name = 'Renamed' returning project_id",
    "sets a status": "update public.agent_status set state = 'blocked' returning project_id",
    "writes documents": "update public.brain_docs set updated_by = 'me' returning project_id",
    "notes on activities": "update public.activities set summary = 'Hm' returning project_id",
  };

  const projectsChanged = (caller: Caller, sql: string) =>
    database.queryAs(caller, `with changed as (${sql}) select distinct project_id from changed order by 1`);

  it.for(Object.entries(changes))("an operator %s of the project, nobody else any", async ([, sql]) => {
    await setMode(database, "members");
    for (const caller of [anon, stranger, viewer, machine]) expect(await projectsChanged(caller, sql)).toEqual([]);
    expect(await projectsChanged(operator, sql)).toEqual([{ project_id: PROJECT }]);
  });

  it("rows are added by operators, to their own project", async () => {
    await setMode(database, "members");
    const add = (caller: Caller, project: string) =>
      database.queryAs(
        caller,
        "insert into public.activities (project_id, type, message) values ($1, 'note', 'Hm') returning requested_by",
        [project],
      );
    for (const caller of [anon, stranger, viewer, machine]) {
      await expect(add(caller, PROJECT)).rejects.toMatchObject({ code: "42501" });
    }
    await expect(add(operator, "annex")).rejects.toMatchObject({ code: "42501" });
    expect(await add(operator, PROJECT)).toEqual([{ requested_by: operator.sub }]);
  });

  it("an agent is not carried into a project where one may not write", async () => {
    await setMode(database, "members");
    await expect(database.queryAs(operator, "update public.agents set project_id = 'annex'")).rejects.toMatchObject({
      code: "42501",
    });
  });

  it("the project itself, and who belongs to it, are for owners", async () => {
    await setMode(database, "members");
    const rename = "update public.projects set name = name returning id";
    const promote = "update public.project_members set role = 'owner' where user_id = $1 returning user_id";
    for (const caller of [anon, stranger, viewer, operator, machine]) {
      expect(await database.queryAs(caller, rename)).toEqual([]);
      expect(await database.queryAs(caller, promote, [caller.sub ?? randomUUID()])).toEqual([]);
    }
    expect(await database.queryAs(owner, rename)).toEqual([{ id: PROJECT }]);
    expect(await database.queryAs(owner, promote, [owner.sub])).toEqual([{ user_id: owner.sub }]);
  });
});

it("while the project is open everybody changes what the older policies let them change, but for machines", async () => {
  const rename = "update public.agents set name = 'Renamed' returning project_id";
  for (const caller of [anon, stranger, viewer]) expect(await database.queryAs(caller, rename)).toHaveLength(2);
  expect(await database.queryAs(machine, rename)).toEqual([]);
  expect(await database.queryAs(stranger, "update public.projects set name = name returning id")).toHaveLength(2);
});

it("the view says to each caller the mode, their roles, and which executor they are", async () => {
  const read = (caller: Caller) => database.queryAs(caller, "select * from public.access");
  expect(await read(anon)).toEqual([{ mode: "open", roles: {}, executor_id: null }]);
  await setMode(database, "members");
  expect(await read(viewer)).toEqual([{ mode: "members", roles: { [PROJECT]: "viewer" }, executor_id: null }]);
  expect(await read(stranger)).toEqual([{ mode: "members", roles: {}, executor_id: null }]);
  expect(await read(machine)).toEqual([{ mode: "members", roles: {}, executor_id: MINI }]);
});

describe("who may what", () => {
  const VERBS = ["read", "write", "administer"] as const;
  const allowed = (caller: { sub?: string }, project: string | null) =>
    Promise.all(
      VERBS.map(async (verb) => {
        const [row] = await database.query("select private.may_user($1, $2, $3) as may", [caller.sub, project, verb]);
        return row?.["may"] === true ? verb : undefined;
      }),
    ).then((verbs) => verbs.filter((verb) => verb !== undefined));
  const refusal = (caller: { sub?: string }, verb: string) =>
    expect(database.queryAs(service, "select public.require_may($1, $2, $3)", [caller.sub, PROJECT, verb])).rejects;

  it.for([
    { mode: "open", who: stranger, may: ["read", "write"] },
    { mode: "open", who: viewer, may: ["read", "write"] },
    { mode: "open", who: owner, may: ["read", "write", "administer"] },
    { mode: "open", who: machine, may: [] },
    { mode: "members", who: stranger, may: [] },
    { mode: "members", who: viewer, may: ["read"] },
    { mode: "members", who: operator, may: ["read", "write"] },
    { mode: "members", who: owner, may: ["read", "write", "administer"] },
    { mode: "members", who: machine, may: [] },
  ] as const)("%o", async ({ mode, who, may }) => {
    await setMode(database, mode);
    expect(await allowed(who, PROJECT)).toEqual(may);
    expect(await allowed(who, null)).toEqual(may);
    const elsewhere = mode === "open" && who !== machine ? ["read", "write"] : [];
    expect(await allowed(who, "annex")).toEqual(elsewhere);
  });

  it("a refusal tells a viewer what is missing, and a stranger nothing", async () => {
    await setMode(database, "members");
    await refusal(viewer, "write").toMatchObject({
      code: "PT403",
      message: "You may look at this project, but not change it",
    });
    await refusal(operator, "administer").toMatchObject({ code: "PT403" });
    await refusal(machine, "read").toMatchObject({ code: "PT403" });
    await refusal(stranger, "write").toMatchObject({ code: "PT404", message: "This project does not exist" });
  });
});
