import { randomUUID } from "node:crypto";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { createTestDatabase, type TestDatabase } from "../../dev/testing/test-database.ts";
import {
  anon,
  beat,
  claim,
  create,
  doneResult,
  enrollExecutor,
  INSTANCE,
  MINI,
  machine,
  PROJECT,
  seedProject,
  service,
  stranger,
} from "./road.ts";

const denied = { code: "42501" };
const refused = { code: "PT403", detail: '{"code": "forbidden"}' };

describe.for(["new", "old"] as const)("under the %s default privileges", (regime) => {
  let database: TestDatabase;
  beforeEach(async () => {
    database = await createTestDatabase(regime);
    await seedProject(database);
    await beat(database);
    await enrollExecutor(database);
  });
  afterEach(() => database.drop());

  it("anon reads requests while the project is open, and nothing else", async () => {
    await create(database);
    const read = () => database.queryAs(anon, "select agent_key from public.agent_provision_requests");
    expect(await read()).toEqual([{ agent_key: "agent:ricky:main" }]);
    for (const table of [
      "projects",
      "agents",
      "agent_status",
      "brain_docs",
      "brain_doc_versions",
      "brain_doc_disk",
      "executors",
      "executor_runtime",
      "activities",
    ]) {
      await expect(database.queryAs(anon, `select * from public.${table}`), table).rejects.toMatchObject(denied);
    }
    await database.query(`update private.settings set value = '"members"' where key = 'access_mode'`);
    expect(await read()).toEqual([]);
  });

  it("a signed-in person reads all that the dashboard shows and writes none of it", async () => {
    await create(database);
    for (const table of [
      "projects",
      "agents",
      "agent_status",
      "brain_docs",
      "brain_doc_versions",
      "executors",
      "agent_provision_requests",
    ]) {
      expect(await database.queryAs(stranger, `select * from public.${table}`), table).not.toEqual([]);
      await expect(database.queryAs(stranger, `delete from public.${table}`), table).rejects.toMatchObject(denied);
    }
    await expect(database.queryAs(stranger, "update public.agents set provisioned = true")).rejects.toMatchObject(
      denied,
    );
    await expect(
      database.queryAs(stranger, "update public.agent_provision_requests set status = 'done'"),
    ).rejects.toMatchObject(denied);
  });

  it.for([anon, stranger])("what is private stays closed to %o", async (caller) => {
    for (const table of [
      "settings",
      "executor_credentials",
      "request_leases",
      "request_diagnostics",
      "hatchery_migrations",
      "executor_reports",
    ]) {
      await expect(database.queryAs(caller, `select * from private.${table}`), table).rejects.toMatchObject(denied);
    }
  });

  const verbs: [string, string, unknown[]][] = [
    ["heartbeat", "select * from public.record_heartbeat($1, $2, '{}')", [MINI, randomUUID()]],
    ["claim", "select * from public.claim_provision_requests($1, $2, 3, $2)", [MINI, randomUUID()]],
    ["runtime", "select public.publish_runtime($1, $2, '[]')", [MINI, randomUUID()]],
    ["sweep", "select * from public.fail_stuck_requests()", []],
    ["acknowledge", "select public.acknowledge_document($1, $2, $2, 1, 'x')", [MINI, randomUUID()]],
    [
      "save from disk",
      "select * from public.save_document_from_disk($1, $2, $3, 'agent:ricky:main', 'soul', 'x')",
      [MINI, randomUUID(), PROJECT],
    ],
  ];

  it.for(verbs)("%s is denied to anon and refused to who is not that executor", async ([, sql, values]) => {
    await expect(database.queryAs(anon, sql, values)).rejects.toMatchObject(denied);
    await expect(database.queryAs(stranger, sql, values)).rejects.toMatchObject(refused);
    if (values.length > 0) {
      await expect(database.queryAs(machine, sql, ["another", ...values.slice(1)])).rejects.toMatchObject(refused);
    }
  });

  it("a machine user does the executor's work for its own id, from claim to done", async () => {
    const { request } = await create(database);
    const token = randomUUID();
    const run = (sql: string, values: unknown[]) => database.queryAs(machine, sql, values);
    await beat(database, MINI, machine);
    expect(await claim(database, { token, caller: machine })).toHaveLength(1);
    const [read] = await run("select public.read_request_documents($1, $2) as documents", [request.id, token]);
    const documents = z.array(z.object({ id: z.uuid(), type: z.string() })).parse(read?.["documents"]);
    expect(documents.map(({ type }) => type)).toEqual(["soul", "user"]);
    await run("select public.acknowledge_document($1, $2, $3, 1, 'abc')", [MINI, INSTANCE, documents[0]?.id]);
    expect(
      await run("select public.complete_provision_request($1, $2, $3, '[]') as answer", [
        request.id,
        token,
        doneResult("ricky"),
      ]),
    ).toEqual([{ answer: "settled" }]);
  });

  it("a stranger who learned a claim token can do nothing with it", async () => {
    const { request } = await create(database);
    const token = randomUUID();
    await claim(database, { token });
    for (const sql of [
      "select * from public.renew_provision_lease($1, $2)",
      "select * from public.read_request_documents($1, $2)",
      "select public.complete_provision_request($1, $2, '{}', '[]')",
      `select public.fail_provision_request($1, $2, '{"code": "internal", "message": "x"}', true)`,
      "select public.release_provision_request($1, $2)",
    ]) {
      await expect(database.queryAs(stranger, sql, [request.id, token]), sql).rejects.toMatchObject(refused);
      await expect(database.queryAs(anon, sql, [request.id, token]), sql).rejects.toMatchObject(denied);
    }
  });

  it("creating an agent by rpc is for the function alone", async () => {
    const sql = "select public.create_agent($1, 'x', 'X', '🦊', '', 'anon', '[]', 'token')";
    for (const caller of [anon, stranger, machine]) {
      await expect(database.queryAs(caller, sql, [PROJECT])).rejects.toMatchObject(denied);
    }
    expect(await database.queryAs(service, "select public.read_access_mode() as mode")).toEqual([{ mode: "open" }]);
  });
});

describe("on a database whose tables are open to every signed-in user", () => {
  let database: TestDatabase;
  beforeEach(async () => {
    database = await createTestDatabase();
    await seedProject(database);
    await database.query(`
      grant select, insert, update on public.agents, public.projects to authenticated;
      create policy everything on public.agents for all to authenticated using (true) with check (true);
      create policy everything on public.projects for all to authenticated using (true) with check (true);
    `);
    await create(database);
  });
  afterEach(() => database.drop());

  it.for(["provisioned = true", "agent_id_short = 'x'", "workspace_path = '/etc'", "executor_id = 'mine'"])(
    "a client may not set %s",
    async (change) => {
      await expect(database.queryAs(stranger, `update public.agents set ${change}`)).rejects.toMatchObject(refused);
    },
  );

  it("a client may still rename its agent, and make one that is not provisioned", async () => {
    await database.queryAs(stranger, "update public.agents set name = 'Rick'");
    await database.queryAs(
      stranger,
      `insert into public.agents (project_id, agent_key, name) values ('${PROJECT}', 'agent:x:main', 'X')`,
    );
    for (const [column, value] of [
      ["provisioned", "true"],
      ["workspace_path", "'/etc'"],
      ["executor_id", "'mine'"],
    ]) {
      await expect(
        database.queryAs(
          stranger,
          `insert into public.agents (project_id, agent_key, name, ${column}) values ('${PROJECT}', 'agent:y:main', 'Y', ${value})`,
        ),
      ).rejects.toMatchObject(refused);
    }
    expect(await database.query("select name, provisioned from public.agents order by 1")).toEqual([
      { name: "Rick", provisioned: false },
      { name: "X", provisioned: false },
    ]);
  });

  it.for(["agent:y:main", "agent:main:main"])("the id of an agent is that of its key: %s", async (key) => {
    const insert = (id: string) =>
      database.queryAs(
        stranger,
        `insert into public.agents (project_id, agent_key, name, agent_id_short) values ('${PROJECT}', '${key}', 'Y', '${id}')`,
      );
    for (const id of ["x", "../etc", "ricky"]) {
      await expect(insert(id)).rejects.toMatchObject({ code: "23514", constraint: "agents_agent_id_short_check" });
    }
    await insert(key.split(":")[1] ?? "");
  });

  it("a client may not move a project's workspace", async () => {
    await expect(
      database.queryAs(stranger, "update public.projects set workspace_path = '/etc'"),
    ).rejects.toMatchObject(refused);
    await database.queryAs(stranger, "update public.projects set name = 'Renamed'");
  });
});
