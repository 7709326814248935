import { randomUUID } from "node:crypto";
import { afterEach, beforeEach, expect, it } from "vitest";
import { type Caller, createTestDatabase, type TestDatabase } from "../../dev/testing/test-database.ts";
import {
  anon,
  beat,
  claim,
  create,
  doneResult,
  MINI,
  machine,
  PROJECT,
  requestRow,
  seedProject,
  service,
} from "./road.ts";

const denied = { code: "42501" };
const forbidden = { code: "PT403", detail: '{"code": "forbidden"}' };
const person = (sub = randomUUID()): Caller & { sub: string } => ({ role: "authenticated", sub });
const successor = person();
const OTHER = "other";

let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase();
  await seedProject(database);
  await beat(database);
  await beat(database, OTHER);
});
afterEach(() => database.drop());

async function enroll(caller: Caller, executor = MINI, as: Caller = service) {
  const [row] = await database.queryAs(as, "select public.enroll_executor($1, $2, 'service_role') as answer", [
    caller.sub,
    executor,
  ]);
  return row?.["answer"];
}

async function revoke(executor = MINI, as: Caller = service) {
  const [row] = await database.queryAs(as, "select public.revoke_executor($1) as answer", [executor]);
  return row?.["answer"];
}

async function owner(role = "owner") {
  const member = person();
  await database.query("insert into public.project_members (project_id, user_id, role) values ($1, $2, $3)", [
    PROJECT,
    member.sub,
    role,
  ]);
  return member;
}

/** Everything that an executor says of a request it holds, with what it answers. */
const words = (caller: Caller, id: string, token: string) => [
  () => database.queryAs(caller, "select * from public.renew_provision_lease($1, $2)", [id, token]),
  () => database.queryAs(caller, "select * from public.read_request_documents($1, $2)", [id, token]),
  () =>
    database.queryAs(
      caller,
      `select public.fail_provision_request($1, $2, '{"code": "internal", "message": "x"}', true)`,
      [id, token],
    ),
  () => database.queryAs(caller, "select public.release_provision_request($1, $2)", [id, token]),
  () =>
    database.queryAs(caller, "select public.complete_provision_request($1, $2, $3, '[]')", [
      id,
      token,
      doneResult("ricky"),
    ]),
];

it("an enrolled machine user works from claim to done", async () => {
  const { request } = await create(database, { executor: MINI });
  expect(await enroll(machine)).toEqual({ replaced: [] });
  const token = randomUUID();
  await beat(database, MINI, machine);
  expect(await claim(database, { token, caller: machine })).toHaveLength(1);
  const done = await words(machine, request.id, token)[4]?.();
  expect(done).toEqual([{ complete_provision_request: "settled" }]);
});

it("a revoked one can do nothing from that moment on, not even end what it holds", async () => {
  const { request } = await create(database, { executor: MINI });
  await enroll(machine);
  const token = randomUUID();
  await claim(database, { token, caller: machine });
  expect(await revoke()).toEqual({ revoked: [machine.sub] });

  for (const say of words(machine, request.id, token)) await expect(say()).rejects.toMatchObject(forbidden);
  await expect(claim(database, { caller: machine })).rejects.toMatchObject(forbidden);
  await expect(beat(database, MINI, machine)).rejects.toMatchObject(forbidden);
  await expect(database.queryAs(machine, "select * from public.fail_stuck_requests()")).rejects.toMatchObject(
    forbidden,
  );
  expect(await requestRow(database, request.id)).toMatchObject({ status: "running" });
});

it("a revoked one sees no row, though the project is open to everybody who is signed in", async () => {
  await create(database);
  await enroll(machine);
  const requests = () => database.queryAs(machine, "select id from public.agent_provision_requests");
  expect(await requests()).toHaveLength(1);
  await revoke();
  for (const table of ["agent_provision_requests", "agents", "projects", "brain_docs", "executors", "executor_runtime"])
    expect(await database.queryAs(machine, `select * from public.${table}`), table).toEqual([]);
});

it("enrolling again takes the executor from the machine user before it", async () => {
  await enroll(machine);
  expect(await enroll(successor)).toEqual({ replaced: [machine.sub] });
  await expect(claim(database, { caller: machine })).rejects.toMatchObject(forbidden);
  await create(database, { executor: MINI });
  expect(await claim(database, { caller: successor })).toHaveLength(1);
});

it("an executor that was revoked can be enrolled anew, with another user only", async () => {
  await enroll(machine);
  await revoke();
  await expect(enroll(machine)).rejects.toMatchObject({ code: "PT400" });
  expect(await enroll(successor)).toEqual({ replaced: [] });
  await beat(database, MINI, successor);
});

it("two who enroll the same executor at once leave it with one credential", async () => {
  await Promise.all([enroll(machine), enroll(successor)]);
  expect(
    await database.query("select count(*)::int as open from private.executor_credentials where revoked_at is null"),
  ).toEqual([{ open: 1 }]);
});

it("another executor's rows cannot be claimed, read or settled, even with their token", async () => {
  const { request } = await create(database, { executor: OTHER });
  await enroll(machine);
  await enroll(successor, OTHER);
  const token = randomUUID();
  expect(await claim(database, { caller: machine })).toEqual([]);
  await expect(claim(database, { caller: machine, executor: OTHER })).rejects.toMatchObject(forbidden);
  expect(await claim(database, { caller: successor, executor: OTHER, token })).toHaveLength(1);
  for (const say of words(machine, request.id, token)) await expect(say()).rejects.toMatchObject(forbidden);
  expect(await requestRow(database, request.id)).toMatchObject({ status: "running", executor_id: OTHER });
});

it("a member is never made a machine, and an id has to be one", async () => {
  const member = await owner("viewer");
  await expect(enroll(member)).rejects.toMatchObject({ code: "PT400" });
  for (const id of ["", "böse", "a".repeat(65), "a/b"])
    await expect(enroll(machine, id), id).rejects.toMatchObject({
      code: "PT400",
      detail: '{"code": "invalid_request", "field": "executorId"}',
    });
  expect(await database.query("select from private.executor_credentials")).toEqual([]);
});

it("only the service role enrolls", async () => {
  for (const caller of [anon, await owner(), machine])
    await expect(enroll(successor, MINI, caller)).rejects.toMatchObject(denied);
});

it("an owner revokes; an operator, a stranger and the machine itself may not", async () => {
  await enroll(machine);
  for (const caller of [await owner("operator"), person(), machine])
    await expect(revoke(MINI, caller)).rejects.toMatchObject(forbidden);
  await expect(revoke(MINI, anon)).rejects.toMatchObject(denied);
  const me = await owner();
  await database.query("insert into public.projects (id, name) values ('annex', 'Annex')");
  await expect(revoke(MINI, me), "who owns one of two projects").rejects.toMatchObject(forbidden);
  await database.query("delete from public.projects where id = 'annex'");
  expect(await revoke(MINI, me)).toEqual({ revoked: [machine.sub] });
  expect(await database.query("select revoked_by from private.executor_credentials")).toEqual([{ revoked_by: me.sub }]);
  await expect(revoke(MINI, me)).rejects.toMatchObject({ code: "PT404", detail: '{"code": "executor_not_found"}' });
});

it("the list names each executor's newest credential, for the service role alone", async () => {
  const list = (caller: Caller) =>
    database.queryAs(
      caller,
      "select executor_id, revoked_at is not null as revoked from public.list_executor_credentials()",
    );
  await enroll(machine);
  await enroll(successor);
  await enroll(person(), OTHER);
  await revoke(OTHER);
  expect(await list(service)).toEqual([
    { executor_id: MINI, revoked: false },
    { executor_id: OTHER, revoked: true },
  ]);
  await expect(list(person())).rejects.toMatchObject(denied);
});
