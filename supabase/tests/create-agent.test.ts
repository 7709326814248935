import { afterEach, beforeEach, expect, it } from "vitest";
import { createTestDatabase, type TestDatabase } from "../../dev/testing/test-database.ts";
import { anon, beat, claim, create, MINI, PROJECT, seedProject, settle } from "./road.ts";

let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase();
  await seedProject(database);
});
afterEach(() => database.drop());

it("one call writes the agent, its status, its documents and a queued request", async () => {
  await beat(database);
  const { agent, request } = await create(database);
  expect(agent).toMatchObject({
    agent_key: "agent:ricky:main",
    name: "Ricky",
    emoji: "🦊",
    provisioned: false,
    executor_id: MINI,
  });
  expect(request).toMatchObject({
    status: "queued",
    kind: "provision",
    attempts: 0,
    requested_by: "anon",
    executor_id: MINI,
  });
  expect(await database.query("select agent_key, state from public.agent_status")).toEqual([
    { agent_key: "agent:ricky:main", state: "idle" },
  ]);
  expect(await database.query("select doc_type, content, revision from public.brain_docs order by 1")).toEqual([
    { doc_type: "soul", content: "I am ricky", revision: 1 },
    { doc_type: "user", content: "Be brief", revision: 1 },
  ]);
  expect(await database.query("select source, author, revision from public.brain_doc_versions")).toEqual([
    { source: "template", author: "anon", revision: 1 },
    { source: "template", author: "anon", revision: 1 },
  ]);
});

it("a name that is taken gets the next free id", async () => {
  const keys = [];
  for (let n = 0; n < 3; n++) keys.push((await create(database)).agent["agent_key"]);
  expect(keys).toEqual(["agent:ricky:main", "agent:ricky-2:main", "agent:ricky-3:main"]);
});

it("twenty creations of one name at once get twenty different keys", async () => {
  const made = await Promise.all(Array.from({ length: 20 }, () => create(database)));
  expect(new Set(made.map(({ agent }) => agent["agent_key"])).size).toBe(20);
});

it("a numbered id stays within 63 characters and the rules", async () => {
  const id = `${"a".repeat(56)}-${"b".repeat(6)}`;
  await create(database, { id });
  const { agent } = await create(database, { id });
  expect(agent["agent_id_short"]).toBe(`${"a".repeat(56)}-2`);
});

it("a key that exists is refused, and the live agent stays as it is", async () => {
  await beat(database);
  const token = "33333333-3333-4333-8333-333333333333";
  const { request } = await create(database, { key: "agent:ricky:main" });
  await claim(database, { token });
  await settle(database, request.id, token, "ricky");
  const everything = () =>
    database.query(
      "select a, d, r from public.agents a, public.brain_docs d, public.agent_provision_requests r order by d.id",
    );
  const before = await everything();
  await expect(create(database, { key: "agent:ricky:main", name: "Impostor" })).rejects.toMatchObject({
    code: "PT409",
    message: "An agent with this key already exists in this project",
    detail: '{"code": "agent_key_taken", "field": "agentKey"}',
  });
  expect(await everything()).toEqual(before);
});

it("what an agent left that was deleted by hand is no obstacle, and its text stays as a version", async () => {
  await database.query(
    "insert into public.brain_docs (project_id, agent_key, doc_type, content) values ($1, 'agent:ghost:main', 'soul', 'old text')",
    [PROJECT],
  );
  await create(database, { id: "ghost" });
  expect(
    await database.query("select content from public.brain_doc_versions where doc_type = 'soul' order by id"),
  ).toEqual([{ content: "old text" }, { content: "I am ghost" }]);
  await database.query("delete from public.agents");
  expect((await create(database, { id: "ghost" })).agent["agent_key"]).toBe("agent:ghost-2:main");
  await expect(create(database, { key: "agent:ghost:main" })).rejects.toMatchObject({
    detail: '{"code": "agent_key_taken", "field": "agentKey"}',
  });
});

it("an id that is open in another project of the same machine is refused", async () => {
  await beat(database);
  await create(database, { key: "agent:ricky:main" });
  await database.query("insert into public.projects (id, name) values ('second', 'Second')");
  await database.query("update public.agents set project_id = 'second'");
  await database.query("update public.agent_provision_requests set project_id = 'second'");
  await expect(create(database, { key: "agent:ricky:second" })).rejects.toMatchObject({
    code: "PT409",
    detail: '{"code": "agent_id_taken", "field": "agentKey"}',
  });
});

it("an id that only OpenClaw knows is refused by key and passed over by name", async () => {
  await beat(database);
  await database.query("insert into public.executor_runtime (executor_id, agents) values ($1, $2)", [
    MINI,
    JSON.stringify([{ id: "ricky", name: "Made by hand", emoji: "", workspace: "/w", isDefault: false }]),
  ]);
  await expect(create(database, { key: "agent:ricky:main" })).rejects.toMatchObject({
    detail: '{"code": "agent_id_taken", "field": "agentKey"}',
  });
  expect((await create(database)).agent["agent_key"]).toBe("agent:ricky-2:main");
});

it.for([
  ["a project that does not exist", {}, "project_not_found", "delete from public.projects"],
  ["an executor that never reported", { executor: "nobody" }, "executor_not_found", "select 1"],
  [
    "too many in a minute",
    {},
    "rate_limited",
    "update private.settings set value = '0' where key = 'creations_per_minute'",
  ],
] as const)("%s is refused and leaves no row", async ([, about, code, setup]) => {
  await database.query(setup);
  await expect(create(database, about)).rejects.toThrow(
    expect.objectContaining({ detail: expect.stringContaining(code) }),
  );
  expect(await database.query("select id from public.agents union all select id from public.brain_docs")).toEqual([]);
});

it.for([
  ["a control character", "Ri\u0007cky"],
  ["a line break", "Ri\ncky"],
  ["a direction change", "Ri\u202Ecky"],
  ["a blank at the end", "Ricky "],
  ["two blanks", "Ri  cky"],
  ["81 characters", "x".repeat(81)],
  ["nothing", ""],
  ["a decomposed letter", "Rene\u0301"],
])("the database itself refuses a name with %s", async ([, name]) => {
  await expect(create(database, { name: name ?? "" })).rejects.toMatchObject({
    code: "PT400",
    detail: '{"code": "invalid_request", "field": "displayName"}',
  });
});

it("names with quotes, shell, SQL and other scripts are stored as they are", async () => {
  for (const name of [
    "O'Brien; $(touch pwned)",
    "研究员",
    "Robert'); drop table agents;--",
    "مساعد",
    "{{role}} $& **x**",
  ]) {
    expect((await create(database, { name })).agent["name"]).toBe(name);
  }
});

it("with two executors the agent is bound to neither until one claims it", async () => {
  await beat(database, "one");
  await beat(database, "two");
  const { agent, request } = await create(database);
  expect([agent["executor_id"], request["executor_id"]]).toEqual([null, null]);
  expect(await claim(database, { executor: "two" })).toHaveLength(1);
  expect(await database.query("select executor_id from public.agents")).toEqual([{ executor_id: "two" }]);
});

it("anon may insert the plan's columns for a waiting agent, and the server says who asked", async () => {
  await beat(database);
  await database.query(
    "insert into public.agents (project_id, agent_key, name, emoji) values ($1, 'agent:rick:main', 'Rick', '🦊')",
    [PROJECT],
  );
  const insert = (columns: string, values: string) =>
    database.queryAs(anon, `insert into public.agent_provision_requests (${columns}) values (${values}) returning *`);
  const columns = "project_id, agent_key, agent_id_short, display_name, emoji, role_short";
  await expect(
    insert(columns, `'${PROJECT}', 'agent:rick:main', 'rick', 'Other name', '🦊', ''`),
  ).rejects.toMatchObject({ code: "PT403" });
  await expect(insert(columns, `'${PROJECT}', 'agent:nobody:main', 'nobody', 'Rick', '🦊', ''`)).rejects.toMatchObject({
    code: "PT403",
  });
  await expect(
    insert(`${columns}, status`, `'${PROJECT}', 'agent:rick:main', 'rick', 'Rick', '🦊', '', 'done'`),
  ).rejects.toMatchObject({ code: "42501" });
  const [row] = await insert(columns, `'${PROJECT}', 'agent:rick:main', 'rick', 'Rick', '🦊', ''`);
  expect(row).toMatchObject({
    status: "queued",
    kind: "provision",
    requested_by: "anon",
    executor_id: MINI,
    attempts: 0,
  });
  await expect(insert(columns, `'${PROJECT}', 'agent:rick:main', 'rick', 'Rick', '🦊', ''`)).rejects.toMatchObject({
    code: "23505",
  });
});
