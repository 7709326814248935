import { randomUUID } from "node:crypto";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Caller, createTestDatabase, type TestDatabase } from "../../dev/testing/test-database.ts";
import { operator, owner, seedMembers, setMode, viewer } from "./people.ts";
import {
  anon,
  beat,
  claim,
  create,
  doneResult,
  enrollExecutor,
  expireLease,
  fail,
  machine,
  PROJECT,
  requestRow,
  seedProject,
  service,
  settle,
  skipBackoff,
  stranger,
} from "./road.ts";

let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase();
  await seedProject(database);
  await beat(database);
});
afterEach(() => database.drop());

const cancel = (id: string, by: string = stranger.sub ?? "") =>
  database.queryAs(service, "select public.cancel_request($1, $2) -> 'request' as request", [id, by]);
const retry = (id: string, by: string) => database.queryAs(service, "select public.retry_request($1, $2)", [id, by]);
const activities = () =>
  database.query("select type, message, actor_agent_key, requested_by from public.activities order by created_at, id");

/** The executor's word on how far it is. Answers whether its claim still holds. */
const renew = (id: string, token: string, ...steps: string[]) =>
  database.queryAs(service, "select * from public.renew_provision_lease($1, $2, $3)", [
    id,
    token,
    steps.length > 0 ? JSON.stringify(steps.map((step) => ({ step, state: "running" }))) : null,
  ]);

async function running(): Promise<{ id: string; token: string }> {
  const { request } = await create(database);
  const token = randomUUID();
  await claim(database, { token });
  return { id: request.id, token };
}

const CANCELLED = {
  status: "error",
  result: { code: "cancelled", message: "This request was cancelled before it was carried out" },
  completed_at: expect.any(Date),
};

describe("each request leaves a trace", () => {
  it("asked for, failed, tried again and cancelled, with who did it", async () => {
    const { id, token } = await running();
    await fail(database, id, token, true);
    await retry(id, operator.sub);
    const [again] = await database.query("select id from public.agent_provision_requests where retry_of = $1", [id]);
    await cancel(String(again?.["id"]), owner.sub);
    const about = { actor_agent_key: "agent:ricky:main" };
    expect(await activities()).toEqual([
      { ...about, type: "agent_requested", message: "Setting up Ricky was asked for", requested_by: "anon" },
      { ...about, type: "request_failed", message: "Setting up Ricky failed: It broke", requested_by: null },
      { ...about, type: "request_retried", message: "Setting up Ricky is tried again", requested_by: operator.sub },
      { ...about, type: "request_cancelled", message: "Setting up Ricky was cancelled", requested_by: owner.sub },
    ]);
  });

  it("that one succeeded is said once", async () => {
    const { id, token } = await running();
    await settle(database, id, token, "ricky");
    expect((await activities()).map(({ type }) => type)).toEqual(["agent_requested", "agent_provisioned"]);
  });

  it("an attempt that is followed by another is no news", async () => {
    const { id, token } = await running();
    await fail(database, id, token);
    expect((await activities()).map(({ type }) => type)).toEqual(["agent_requested"]);
  });

  it("a request for a project that is gone is settled all the same", async () => {
    const { request } = await create(database);
    await database.query("delete from public.projects");
    await cancel(request.id);
    expect(await requestRow(database, request.id)).toMatchObject(CANCELLED);
  });

  it("a client that may write activities signs them with its own name", async () => {
    await database.query(`
      grant select, insert, update on public.activities to anon, authenticated;
      create policy wide on public.activities for all to public using (true) with check (true);
    `);
    const note =
      "insert into public.activities (project_id, type, message, requested_by) values ($1, 'note', 'Hm', $2) returning requested_by";
    expect(await database.queryAs(stranger, note, [PROJECT, owner.sub])).toEqual([{ requested_by: stranger.sub }]);
    expect(await database.queryAs(anon, note, [PROJECT, owner.sub])).toEqual([{ requested_by: "anon" }]);
    const forge =
      "update public.activities set requested_by = 'service_role' where requested_by = 'anon' returning requested_by";
    expect(await database.queryAs(stranger, forge)).toEqual([{ requested_by: "anon" }]);
  });
});

describe("cancelling", () => {
  it("ends a request that nobody has claimed, and its agent stays", async () => {
    const { request } = await create(database);
    const [answer] = await cancel(request.id);
    expect(answer?.["request"]).toMatchObject({ id: request.id, status: "error", cancel_requested_by: stranger.sub });
    expect(await requestRow(database, request.id)).toMatchObject({
      ...CANCELLED,
      result: { ...CANCELLED.result, attempts: 0 },
    });
    expect(await database.query("select agent_key, provisioned from public.agents")).toEqual([
      { agent_key: "agent:ricky:main", provisioned: false },
    ]);
    expect(await claim(database)).toEqual([]);
  });

  it("makes room for a retry", async () => {
    const { request } = await create(database);
    await cancel(request.id);
    await retry(request.id, "service_role");
    expect(await claim(database)).toHaveLength(1);
  });

  it("stops an executor that has claimed it at its next word, before it writes to OpenClaw", async () => {
    const { id, token } = await running();
    await renew(id, token, "workspace");
    await cancel(id);
    expect(await requestRow(database, id)).toMatchObject({ status: "running", cancel_requested_at: expect.any(Date) });
    expect(await renew(id, token, "workspace", "add")).toEqual([{ held: false, cancel_requested: true }]);
    expect(await requestRow(database, id)).toMatchObject({
      ...CANCELLED,
      result: { ...CANCELLED.result, attempts: 1 },
      progress: [{ step: "workspace", state: "running" }],
    });
    expect(await renew(id, token)).toEqual([{ held: false, cancel_requested: true }]);
    expect(await database.query("select provisioned from public.agents")).toEqual([{ provisioned: false }]);
  });

  it("stops it also at a renewal that tells of nothing new", async () => {
    const { id, token } = await running();
    await cancel(id);
    expect(await renew(id, token)).toEqual([{ held: false, cancel_requested: true }]);
    expect(await requestRow(database, id)).toMatchObject(CANCELLED);
  });

  it("comes too late once OpenClaw is being written to, and the request goes on", async () => {
    const { id, token } = await running();
    await renew(id, token, "workspace", "add");
    await expect(cancel(id)).rejects.toMatchObject({ code: "PT409", detail: '{"code": "too_late"}' });
    expect(await renew(id, token, "workspace", "add", "identity")).toEqual([{ held: true, cancel_requested: false }]);
    expect(await settle(database, id, token, "ricky")).toBe("settled");
  });

  it("and the first write at the same moment: one of the two is first, and the other hears of it", async () => {
    for (let round = 0; round < 10; round++) {
      const { request } = await create(database, { id: `twin-${round}` });
      const token = randomUUID();
      await claim(database, { token });
      const [cancelled, renewed] = await Promise.allSettled([
        cancel(request.id),
        renew(request.id, token, "workspace", "add"),
      ]);
      const held = renewed.status === "fulfilled" && renewed.value[0]?.["held"];
      expect(held).toBe(cancelled.status === "rejected");
    }
  });

  it.for([
    ["fails for a reason that may pass", (id: string, token: string) => fail(database, id, token)],
    [
      "gives its claim back",
      (id: string, token: string) =>
        database.queryAs(service, "select public.release_provision_request($1, $2)", [id, token]),
    ],
    [
      "goes quiet",
      async (id: string) => {
        await expireLease(database, id);
        await database.queryAs(service, "select * from public.fail_stuck_requests()");
      },
    ],
  ] as const)("holds when the executor %s: the request is not queued again", async ([, happen]) => {
    const { id, token } = await running();
    await cancel(id);
    await happen(id, token);
    expect(await requestRow(database, id)).toMatchObject(CANCELLED);
    await skipBackoff(database, id);
    expect(await claim(database)).toEqual([]);
  });

  it("comes too late for a second attempt too, once the first has written to OpenClaw", async () => {
    const { id, token } = await running();
    await renew(id, token, "workspace", "add");
    await fail(database, id, token);
    await skipBackoff(database, id);
    const second = randomUUID();
    await claim(database, { token: second });
    await renew(id, second, "workspace");
    await expect(cancel(id)).rejects.toMatchObject({ code: "PT409", detail: '{"code": "too_late"}' });
  });

  it("between two attempts ends the request, and says where to look when the first has written to OpenClaw", async () => {
    const { id, token } = await running();
    await renew(id, token, "workspace", "add");
    await fail(database, id, token);
    await cancel(id);
    expect(await requestRow(database, id)).toMatchObject({
      status: "error",
      result: { code: "cancelled", attempts: 1, hint: expect.stringContaining("openclaw agents list") },
    });
  });

  it("ends at once what runs by the row alone, because its executor is gone", async () => {
    const { id, token } = await running();
    await renew(id, token, "workspace");
    await expireLease(database, id);
    await cancel(id);
    expect(await requestRow(database, id)).toMatchObject({ ...CANCELLED, cancel_requested_by: stranger.sub });
    expect(await renew(id, token, "workspace", "add")).toEqual([{ held: false, cancel_requested: false }]);
  });

  it.for([
    [
      "was asked to stop before",
      "update public.agent_provision_requests set cancel_requested_at = now(), cancel_requested_by = 'me'",
    ],
    ["has no attempt left", "update public.agent_provision_requests set attempts = max_attempts"],
    ["has written to OpenClaw", "update public.agent_provision_requests set writing_began_at = now()"],
  ] as const)("ends at once, too, what runs by the row alone and %s", async ([, how]) => {
    const { id } = await running();
    await database.query(how);
    await expireLease(database, id);
    const [answer] = await cancel(id);
    expect(answer?.["request"]).toMatchObject({ status: "error" });
    expect(await requestRow(database, id)).toMatchObject({ status: "error", result: { code: "cancelled" } });
    expect(await database.query("select from private.request_leases")).toEqual([]);
  });

  it("and the sweep at the same moment: both end, and so does each request", async () => {
    const ids: string[] = [];
    for (let nr = 0; nr < 8; nr++) ids.push((await create(database, { id: `orphan-${nr}` })).request.id);
    await claim(database, { slots: 8 });
    await database.query("update private.request_leases set lease_expires_at = now() - interval '1 second'");
    const sweep = () => database.queryAs(service, "select * from public.fail_stuck_requests()");
    const ends = await Promise.allSettled([
      ...ids.map((id) => cancel(id)),
      sweep(),
      sweep(),
      ...ids.map((id) => cancel(id)),
    ]);
    const codes = ends.flatMap((end) => (end.status === "rejected" ? [end.reason.code] : []));
    expect(new Set(codes)).toEqual(new Set(["PT409"]));
    for (const id of ids) expect(await requestRow(database, id)).toMatchObject({ result: { code: "cancelled" } });
  });

  it("asked for twice is asked for once, by the first", async () => {
    const { id } = await running();
    await cancel(id, operator.sub);
    await cancel(id, owner.sub);
    expect(await requestRow(database, id)).toMatchObject({ cancel_requested_by: operator.sub });
  });

  it("a request that has ended is refused", async () => {
    const { id, token } = await running();
    await settle(database, id, token, "ricky");
    await expect(cancel(id)).rejects.toMatchObject({
      code: "PT409",
      detail: '{"code": "not_cancellable"}',
      hint: "It succeeded",
    });
    const { request } = await create(database, { id: "rick" });
    await cancel(request.id);
    await expect(cancel(request.id)).rejects.toMatchObject({ code: "PT409", detail: '{"code": "not_cancellable"}' });
    await expect(cancel(randomUUID())).rejects.toMatchObject({ code: "PT404", detail: '{"code": "not_found"}' });
  });

  it("with the public key alone reaches only what is still queued", async () => {
    const { id } = await running();
    await expect(cancel(id, "anon")).rejects.toMatchObject({ code: "PT403", detail: '{"code": "forbidden"}' });
    const { request } = await create(database, { id: "rick" });
    await cancel(request.id, "anon");
    expect(await requestRow(database, request.id)).toMatchObject(CANCELLED);
  });

  it("is for the function alone", async () => {
    const { request } = await create(database);
    for (const caller of [anon, stranger]) {
      await expect(
        database.queryAs(caller, "select public.cancel_request($1, 'me')", [request.id]),
      ).rejects.toMatchObject({
        code: "42501",
      });
    }
  });

  it("a completion that was under way when the cancel came in stands", async () => {
    const { id, token } = await running();
    await cancel(id);
    await database.queryAs(service, "select public.complete_provision_request($1, $2, $3, '[]')", [
      id,
      token,
      doneResult("ricky"),
    ]);
    expect(await requestRow(database, id)).toMatchObject({ status: "done" });
  });
});

describe("a request made by hand", () => {
  const USE_FUNCTION = { code: "PT403", detail: '{"code": "forbidden"}', hint: "Use provision-agent" };
  const ask = (caller: Caller, name = "Rick") =>
    database.queryAs(
      caller,
      `insert into public.agent_provision_requests (project_id, agent_key, agent_id_short, display_name, emoji)
       values ($1, 'agent:rick:main', 'rick', $2, '🦊') returning requested_by`,
      [PROJECT, name],
    );
  beforeEach(() =>
    database.query(
      "insert into public.agents (project_id, agent_key, name, emoji) values ($1, 'agent:rick:main', 'Rick', '🦊')",
      [PROJECT],
    ),
  );

  it("is taken for an agent that waits, while the project is open, and leaves a trace", async () => {
    expect(await ask(stranger)).toEqual([{ requested_by: stranger.sub }]);
    expect(await activities()).toMatchObject([{ type: "agent_requested", requested_by: stranger.sub }]);
  });

  it("is refused when it says something else than the agent, and points to the function", async () => {
    await expect(ask(anon, "Somebody else")).rejects.toMatchObject(USE_FUNCTION);
    await database.query("update public.agents set provisioned = true");
    await expect(ask(anon)).rejects.toMatchObject(USE_FUNCTION);
    expect(await database.query("select from public.agent_provision_requests")).toEqual([]);
  });

  it("is refused to an executor, and among members to everybody, whatever older policies say", async () => {
    await seedMembers(database);
    await enrollExecutor(database);
    await database.query(`
      grant all on public.agent_provision_requests to anon, authenticated;
      create policy wide on public.agent_provision_requests for all to public using (true) with check (true);
    `);
    await expect(ask(machine)).rejects.toMatchObject(USE_FUNCTION);
    await setMode(database, "members");
    for (const caller of [anon, stranger, viewer, operator, owner]) {
      await expect(ask(caller)).rejects.toMatchObject(USE_FUNCTION);
    }
    expect(await database.query("select from public.agent_provision_requests")).toEqual([]);
  });
});
