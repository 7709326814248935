import { randomUUID } from "node:crypto";
import pg from "pg";
import { afterEach, beforeEach, expect, it } from "vitest";
import { createTestDatabase, type TestDatabase } from "../../dev/testing/test-database.ts";
import { anon, beat, claim, create, fail, MINI, PROJECT, requestRow, seedProject, service, settle } from "./road.ts";

let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase();
  await seedProject(database);
  await beat(database);
});
afterEach(() => database.drop());

/** Answers the new request. */
async function retry(id: string, caller = service) {
  const [row] = await database.queryAs(caller, "select public.retry_request($1, 'user-7') -> 'request' as request", [
    id,
  ]);
  return row?.["request"];
}

async function retriedId(id: string): Promise<string> {
  await retry(id);
  const [row] = await database.query("select id from public.agent_provision_requests where retry_of = $1", [id]);
  return String(row?.["id"]);
}

async function claimAndFail(id: string): Promise<void> {
  const token = randomUUID();
  await claim(database, { token });
  await fail(database, id, token, true);
}

async function createAndFail(about: Parameters<typeof create>[1] = {}): Promise<string> {
  const { request } = await create(database, about);
  await claimAndFail(request.id);
  return request.id;
}

const refusal = (status: number, code: string) => ({
  code: `PT${status}`,
  detail: JSON.stringify({ code }).replace(":", ": "),
});

it("a retry is a new queued request that names the one it retries, which stays as it ended", async () => {
  const failed = await createAndFail();
  const before = await requestRow(database, failed);
  const request = await retry(failed);
  expect(request).toMatchObject({
    kind: "provision",
    status: "queued",
    attempts: 0,
    progress: [],
    result: null,
    picked_up_at: null,
    completed_at: null,
    project_id: PROJECT,
    agent_key: "agent:ricky:main",
    agent_id_short: "ricky",
    display_name: "Ricky",
    emoji: "🦊",
    role_short: "Front desk",
    executor_id: MINI,
    requested_by: "user-7",
    retry_of: failed,
  });
  expect(await requestRow(database, failed)).toEqual(before);
});

it("a retry carries what the agent is called by now", async () => {
  const failed = await createAndFail();
  await database.query("update public.agents set name = 'Rick', emoji = '🐙', role = 'Back office'");
  expect(await retry(failed)).toMatchObject({ display_name: "Rick", emoji: "🐙", role_short: "Back office" });
});

it("a retry can be claimed and completed, and the agent is live", async () => {
  const id = await retriedId(await createAndFail());
  const token = randomUUID();
  expect(await claim(database, { token })).toMatchObject([{ request_id: id, attempts: 1 }]);
  expect(await settle(database, id, token, "ricky")).toBe("settled");
  expect(await database.query("select provisioned from public.agents")).toEqual([{ provisioned: true }]);
});

it("a retry keeps the kind", async () => {
  const failed = await createAndFail();
  await database.query("update public.agent_provision_requests set kind = 'set_identity'");
  expect(await retry(failed)).toMatchObject({ kind: "set_identity" });
});

it("a retry stays on the executor that the agent is bound to, even when there are others by now", async () => {
  const failed = await createAndFail();
  await beat(database, "second");
  expect(await retry(failed)).toMatchObject({ executor_id: MINI });
  expect(await claim(database, { executor: "second" })).toEqual([]);
});

it("an agent that nobody took is bound to the only executor", async () => {
  const { request } = await create(database);
  await database.query(
    "update public.agent_provision_requests set status = 'error', completed_at = now(), executor_id = null",
  );
  await database.query("update public.agents set executor_id = null");
  expect(await retry(request.id)).toMatchObject({ executor_id: MINI });
  expect(await database.query("select executor_id from public.agents")).toEqual([{ executor_id: MINI }]);
});

it("a retry that failed may be retried, and so may a request whose retry failed", async () => {
  const first = await createAndFail();
  const second = await retriedId(first);
  await claimAndFail(second);
  await claimAndFail(await retriedId(second));
  expect(await retry(first)).toMatchObject({ status: "queued", retry_of: first });
});

it("the retry is the newest request of the agent", async () => {
  const failed = await createAndFail();
  await retry(failed);
  expect(
    await database.query("select retry_of from public.agent_provision_requests order by requested_at desc limit 1"),
  ).toEqual([{ retry_of: failed }]);
});

it("an unknown request is refused", async () => {
  await expect(retry(randomUUID())).rejects.toMatchObject(refusal(404, "not_found"));
});

it("a request whose agent is gone is refused", async () => {
  const failed = await createAndFail();
  await database.query("delete from public.agents");
  await expect(retry(failed)).rejects.toMatchObject(refusal(404, "not_found"));
});

it("a request that is queued, running or done is refused, and nothing is added", async () => {
  const { request } = await create(database);
  const token = randomUUID();
  await expect(retry(request.id)).rejects.toMatchObject(refusal(409, "not_retryable"));
  await claim(database, { token });
  await expect(retry(request.id)).rejects.toMatchObject(refusal(409, "not_retryable"));
  await settle(database, request.id, token, "ricky");
  await expect(retry(request.id)).rejects.toMatchObject(refusal(409, "not_retryable"));
  expect(await database.query("select status from public.agent_provision_requests")).toEqual([{ status: "done" }]);
});

it("while another request of the agent is open, queued or running, a retry is refused", async () => {
  const failed = await createAndFail();
  await retry(failed);
  await expect(retry(failed)).rejects.toMatchObject(refusal(409, "request_open"));
  await claim(database);
  await expect(retry(failed)).rejects.toMatchObject(refusal(409, "request_open"));
});

it("a retry is refused once a newer request of its kind has succeeded, and not because of another kind", async () => {
  const failed = await createAndFail();
  const id = await retriedId(failed);
  const token = randomUUID();
  await claim(database, { token });
  await settle(database, id, token, "ricky");
  await expect(retry(failed)).rejects.toMatchObject(refusal(409, "already_done"));
  await database.query("update public.agent_provision_requests set kind = 'set_identity' where id = $1", [id]);
  expect(await retry(failed)).toMatchObject({ kind: "provision", status: "queued" });
});

it("of twenty retries at once one makes a request, the others are refused", async () => {
  const failed = await createAndFail();
  const outcomes = await Promise.allSettled(Array.from({ length: 20 }, () => retry(failed)));
  expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  for (const outcome of outcomes) {
    if (outcome.status === "rejected") expect(outcome.reason).toMatchObject(refusal(409, "request_open"));
  }
  expect(await database.query("select from public.agent_provision_requests where status = 'queued'")).toHaveLength(1);
});

it("a retry that waited for a completion is refused: it sees what was done meanwhile", async () => {
  const failed = await createAndFail();
  const id = await retriedId(failed);
  const token = randomUUID();
  await claim(database, { token });

  const completing = new pg.Client({ connectionString: database.url });
  await completing.connect();
  try {
    await completing.query("begin");
    await completing.query("select public.complete_provision_request($1, $2, $3, '[]')", [
      id,
      token,
      { agentId: "ricky", workspaceDir: "/w", openclawVersion: "1", steps: [] },
    ]);
    const waiting = expect(retry(failed)).rejects.toMatchObject(refusal(409, "already_done"));
    await expect
      .poll(() =>
        database.query("select from pg_stat_activity where wait_event_type = 'Lock' and datname = $1", [database.name]),
      )
      .toHaveLength(1);
    await completing.query("commit");
    await waiting;
  } finally {
    await completing.end();
  }
});

it("an agent of an older dashboard whose row no request may carry is refused with a reason", async () => {
  const failed = await createAndFail();
  await database.query("alter table public.agents disable trigger check_agent_fields");
  await database.query("update public.agents set name = 'Two  blanks'");
  await expect(retry(failed)).rejects.toMatchObject(refusal(409, "not_retryable"));
});

it("nobody but the service role may call it", async () => {
  const failed = await createAndFail();
  await expect(retry(failed, anon)).rejects.toMatchObject({ code: "42501" });
  await expect(retry(failed, { role: "authenticated", sub: randomUUID() })).rejects.toMatchObject({ code: "42501" });
});
