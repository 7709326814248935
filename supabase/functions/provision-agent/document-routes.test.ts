import { randomUUID } from "node:crypto";
import { createClient } from "@supabase/supabase-js";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { documentAnswer, documentChanged, errorBody } from "#contract";
import { type FunctionStack, startFunctionStack } from "../../../dev/testing/function-stack.ts";

type User = FunctionStack["user"];
const INSTANCE = randomUUID();

let served: FunctionStack;
let people: Record<"viewer" | "operator" | "executor" | "stranger", User>;
beforeAll(async () => {
  served = await startFunctionStack();
  people = {
    viewer: await served.newUser("viewer"),
    operator: await served.newUser("operator"),
    executor: await served.newUser("executor"),
    stranger: await served.newUser(),
  };
  await served.database.query(
    `insert into public.executors (id, display_name, instance_id, workspace_root)
     values ('mini', 'Studio', $1, '~/.openclaw')`,
    [INSTANCE],
  );
});
afterAll(() => served.stop());

const query = (sql: string, values?: unknown[]) => served.database.query(sql, values);
const setMode = (mode: "open" | "members") =>
  query("update private.settings set value = to_jsonb($1::text) where key = 'access_mode'", [mode]);
beforeEach(async () => {
  await query(
    `insert into public.agents (project_id, agent_key, name, emoji, agent_id_short, provisioned, executor_id)
     values ('front-office', 'agent:ricky:main', 'Ricky', '🦊', 'ricky', true, 'mini'),
       ('front-office', 'agent:main:main', 'Trunks', '⚡', 'main', true, 'mini')`,
  );
  await query(
    `insert into public.brain_docs (project_id, agent_key, doc_type, content, updated_by)
     values ('front-office', 'agent:ricky:main', 'soul', 'I am Ricky', 'seed')`,
  );
});
afterEach(async () => {
  await setMode("open");
  await query(
    `truncate public.agents, public.agent_status, public.brain_docs, public.brain_doc_versions, public.brain_doc_disk,
     public.agent_provision_requests, public.activities cascade`,
  );
});

const FILES = "/projects/front-office/agents/agent:ricky:main/files";
const SOUL = `${FILES}/soul`;
const as = ({ token }: User) => ({ apikey: served.stack.publishableKey, authorization: `Bearer ${token}` });
function call(method: string, path: string, body?: unknown, headers = as(served.user)) {
  return served.call({ method, path, headers, ...(body !== undefined && { body }) });
}
async function answered(status: number, answer: Promise<Response>) {
  const response = await answer;
  expect(response.headers.get("access-control-allow-origin")).toBe("*");
  const body: unknown = await response.json();
  expect(response.status, JSON.stringify(body)).toBe(status);
  return body;
}
const read = async (path = SOUL) => documentAnswer.strict().parse(await answered(200, call("GET", path))).document;
const save = async (body: unknown, path = SOUL) =>
  documentAnswer.strict().parse(await answered(202, call("PUT", path, body))).document;
const changed = async (answer: Promise<Response>) => documentChanged.strict().parse(await answered(409, answer));
async function refused(answer: Promise<Response>) {
  const response = await answer;
  return { status: response.status, ...errorBody.strict().parse(await response.json()).error };
}
/** As the executor would: a text lies on disk where nobody expected it. */
async function find(content: string) {
  await query("select public.save_document_from_disk('mini', $1, 'front-office', 'agent:ricky:main', 'soul', $2)", [
    INSTANCE,
    content,
  ]);
  return (await read()).conflict?.version;
}
const today = (days = 0) => new Date(Date.now() + days * 24 * 60 * 60 * 1000).toISOString().slice(0, 10);

test("a document is read, saved with supabase-js, and remembered with who typed it", async () => {
  const { revision, ...before } = await read();
  expect({ revision, ...before }).toEqual({
    ...{
      content: "I am Ricky",
      revision: 1,
      docDate: null,
      updatedAt: expect.any(String),
      updatedBy: expect.any(String),
    },
    ...{ onDisk: false, syncedAt: null, error: null, conflict: null },
  });
  const client = createClient(served.stack.apiUrl, served.stack.publishableKey, {
    accessToken: async () => served.user.token,
  });
  const { data, error, response } = await client.functions.invoke(`provision-agent${SOUL}`, {
    method: "PUT",
    body: { content: "I am Rick", baseRevision: revision },
  });
  expect({ error, status: response?.status }).toEqual({ error: null, status: 202 });
  expect(documentAnswer.parse(data).document).toMatchObject({
    ...{ content: "I am Rick", revision: 2, updatedBy: served.user.id, onDisk: false },
  });
  await query("select public.acknowledge_document('mini', $1, id, 2, 'sha') from public.brain_docs", [INSTANCE]);
  expect(await read()).toMatchObject({ revision: 2, onDisk: true, syncedAt: expect.any(String) });
  expect((await call("GET", SOUL)).headers.get("cache-control")).toBe("no-store");
});

test("a save over another revision is refused with both texts; repeated, a save is the same answer", async () => {
  const mine = { content: "mine", baseRevision: 1, reason: "merged" };
  const saved = await save(mine);
  expect(await save(mine)).toEqual(saved);
  const body = await changed(call("PUT", SOUL, { content: "theirs", baseRevision: 1 }));
  expect(body).toMatchObject({
    error: { code: "document_changed", message: "This document was changed since you read it" },
    yours: { content: "theirs" },
  });
  expect(body.document).toEqual(saved);
  expect(await save({ content: "mine and theirs", baseRevision: body.document.revision })).toMatchObject({
    revision: 3,
  });
  expect(await query("select content, reason from public.brain_doc_versions order by id")).toEqual([
    { content: "I am Ricky", reason: null },
    { content: "mine", reason: "merged" },
    { content: "mine and theirs", reason: null },
  ]);
});

test("of two who save at once one saves, and the other is told what", async () => {
  for (let round = 1; round <= 10; round += 1) {
    const texts = [`one ${round}`, `two ${round}`];
    const answers = await Promise.all(texts.map((content) => call("PUT", SOUL, { content, baseRevision: round })));
    expect(answers.map(({ status }) => status).sort()).toEqual([202, 409]);
    const [won, lost] = answers[0]?.status === 202 ? answers : answers.toReversed();
    const { document } = documentAnswer.parse(await won?.json());
    const conflict = documentChanged.parse(await lost?.json());
    expect(conflict.document.content).toBe(document.content);
    expect([document.content, conflict.yours.content].sort()).toEqual(texts);
    expect(await read()).toMatchObject({ content: document.content, revision: round + 1 });
  }
});

test("a conflict is read, settled once, and refused when a side is another by now", async () => {
  const version = await find("found on disk");
  expect(await read()).toMatchObject({
    ...{ content: "I am Ricky", onDisk: false },
    conflict: { version, content: "found on disk", foundAt: expect.any(String) },
  });
  const both = { content: "both", baseRevision: 1, conflictVersion: version };
  const newer = await find("found once more");
  const late = await changed(call("POST", `${SOUL}/resolve`, both));
  expect(late).toMatchObject({ document: { conflict: { version: newer } }, yours: { content: "both" } });
  const settled = await answered(202, call("POST", `${SOUL}/resolve`, { ...both, conflictVersion: newer }));
  expect(documentAnswer.strict().parse(settled).document).toMatchObject({
    content: "both",
    revision: 2,
    conflict: null,
  });
  expect(await answered(202, call("POST", `${SOUL}/resolve`, { ...both, conflictVersion: newer }))).toEqual(settled);
  await changed(call("POST", `${SOUL}/resolve`, { ...both, content: "other", conflictVersion: newer }));
});

test("what is not there yet is begun; trunks is the main agent; a daily note has its day", async () => {
  const trunks = "/projects/front-office/agents/trunks/files/memory_today";
  expect(await read(trunks)).toMatchObject({ content: "", revision: 0, updatedAt: null, updatedBy: null });
  expect(await save({ content: "Note", baseRevision: 0, docDate: today() }, trunks)).toMatchObject({
    docDate: today(),
  });
  expect(await save({ content: "Note, more", baseRevision: 1 }, trunks)).toMatchObject({ docDate: today() });
  expect(await save({ content: "Next", baseRevision: 2, docDate: today(1) }, trunks)).toMatchObject({
    ...{ docDate: today(1), revision: 3 },
  });
  expect(await query("select agent_key, doc_type from public.brain_docs where content = 'Next'")).toEqual([
    { agent_key: "agent:main:main", doc_type: "memory_today" },
  ]);
});

describe("a text", () => {
  test("of 1 MiB is saved however JSON writes it, and a byte more is refused", async () => {
    const most = 1024 * 1024;
    expect(await save({ content: "\u0001".repeat(most), baseRevision: 1 })).toMatchObject({ revision: 2 });
    expect((await save({ content: "🦊".repeat(most / 4), baseRevision: 2 })).content).toHaveLength(most / 2);
    for (const content of ["x".repeat(most + 1), "\u0001".repeat(7 * most)]) {
      await expect(refused(call("PUT", SOUL, { content, baseRevision: 3 }))).resolves.toMatchObject({
        ...{ status: 413, code: "payload_too_large" },
      });
    }
    const resolving = { content: "x".repeat(most + 1), baseRevision: 3, conflictVersion: 1 };
    await expect(refused(call("POST", `${SOUL}/resolve`, resolving))).resolves.toMatchObject({ status: 413 });
    expect(await read()).toMatchObject({ revision: 3 });
  });

  test.each([
    ["with a NUL", "a\u0000b", "content"],
    ["with half a character", "half \ud83e", "content"],
  ])("%s is refused", async (_, content, field) => {
    const wrong = { status: 422, code: "invalid_document", field, hint: expect.any(String) };
    await expect(refused(call("PUT", SOUL, { content, baseRevision: 1 }))).resolves.toMatchObject(wrong);
    const resolving = { content, baseRevision: 1, conflictVersion: 1 };
    await expect(refused(call("POST", `${SOUL}/resolve`, resolving))).resolves.toMatchObject(wrong);
    expect(await read()).toMatchObject({ revision: 1 });
  });
});

const about = (more: object) => ({ content: "x", baseRevision: 0, ...more });
const wrong: [string, string, unknown, object][] = [
  ["PUT", `${FILES}/soul`, about({ docDate: today() }), { status: 422, code: "invalid_document", field: "docDate" }],
  ["PUT", `${FILES}/memory_today`, about({ docDate: today(2) }), { status: 422, code: "invalid_document" }],
  ["PUT", `${FILES}/memory_today`, about({ docDate: today(-2) }), { status: 422, code: "invalid_document" }],
  ["PUT", `${FILES}/memory_today`, about({ docDate: "tomorrow" }), { status: 400, field: "docDate" }],
  ["PUT", `${FILES}/memory_today`, about({ docDate: "2026-02-30" }), { status: 400, field: "docDate" }],
  ["PUT", `${FILES}/identity`, about({}), { status: 422, code: "document_read_only", hint: expect.any(String) }],
  ["POST", `${FILES}/identity/resolve`, about({}), { status: 422, code: "document_read_only" }],
  [
    "GET",
    `${FILES}/mission`,
    undefined,
    { status: 404, code: "not_found", hint: expect.stringContaining("memory_long") },
  ],
  ["PUT", `${FILES}/SOUL.md`, about({}), { status: 404, code: "not_found" }],
  ["POST", `${FILES}/..%2F..%2F.zshrc/resolve`, about({}), { status: 404, code: "not_found" }],
  ["GET", "/projects/front-office/agents/ricky/files/soul", undefined, { status: 400, field: "agentKey" }],
  ["GET", "/projects/front-office/agents/agent:ghost:main/files/soul", undefined, { status: 404, code: "not_found" }],
  ["PUT", "/projects/front-office/agents/agent:ghost:main/files/soul", about({}), { status: 404, code: "not_found" }],
  ["PUT", SOUL, { content: "x" }, { status: 400, code: "invalid_request", field: "baseRevision" }],
  ["PUT", SOUL, about({ content: 1 }), { status: 400, field: "content" }],
  ["PUT", SOUL, about({ baseRevision: -1 }), { status: 400, field: "baseRevision" }],
  ["PUT", SOUL, about({ baseRevision: 2 ** 31 }), { status: 400, field: "baseRevision" }],
  ["PUT", SOUL, about({ baseRevision: 1.5 }), { status: 400, field: "baseRevision" }],
  ["PUT", SOUL, about({ reason: "whim" }), { status: 400, field: "reason" }],
  ["PUT", SOUL, about({ author: "me" }), { status: 400, field: "author" }],
  ["PUT", SOUL, "{", { status: 400, code: "invalid_request" }],
  ["POST", `${SOUL}/resolve`, about({ baseRevision: 1 }), { status: 400, field: "conflictVersion" }],
  ["POST", SOUL, about({}), { status: 404, code: "not_found" }],
];
test.each(wrong)("%s %s %j is refused", async (method, path, body, refusal) => {
  await expect(refused(call(method, path, body))).resolves.toMatchObject(refusal);
  expect(await query("select content, revision from public.brain_docs")).toEqual([
    { content: "I am Ricky", revision: 1 },
  ]);
});

test("other routes still read 256 KiB and no more", async () => {
  const large = { displayName: "x".repeat(257 * 1024) };
  const path = "/projects/front-office/agents/agent:ricky:main";
  await expect(refused(call("PATCH", path, large))).resolves.toMatchObject({ status: 413, code: "payload_too_large" });
});

test("an agent without a workspace has no files until somebody asks for one; what is saved then is not on disk yet", async () => {
  await query("update public.agents set provisioned = false");
  const none = { status: 404, code: "agent_not_provisioned", hint: expect.any(String) };
  await expect(refused(call("GET", SOUL))).resolves.toMatchObject(none);
  await expect(refused(call("PUT", SOUL, { content: "x", baseRevision: 1 }))).resolves.toMatchObject(none);
  for (const [round, status] of ["queued", "error", "running"].entries()) {
    await query("delete from public.agent_provision_requests");
    await query(
      `insert into public.agent_provision_requests (project_id, agent_key, agent_id_short, display_name, emoji, role_short, executor_id, completed_at)
       values ('front-office', 'agent:ricky:main', 'ricky', 'Ricky', '🦊', '', 'mini', $1)`,
      [status === "error" ? new Date() : null],
    );
    await query(
      `insert into private.request_leases (request_id, executor_id, instance_id, claim_token, lease_expires_at, bound_by_claim)
       select id, 'mini', gen_random_uuid(), gen_random_uuid(), now() + interval '1 hour', false from public.agent_provision_requests`,
    );
    await query("update public.agent_provision_requests set status = $1", [status]);
    expect(await read()).toMatchObject({ revision: round + 1, onDisk: false });
    expect(await save({ content: status, baseRevision: round + 1 })).toMatchObject({ content: status, onDisk: false });
  }
});

test("while the agent is removed its documents are read and not written", async () => {
  const version = await find("found on disk");
  expect((await call("DELETE", "/projects/front-office/agents/agent:ricky:main")).status).toBe(202);
  expect(await read()).toMatchObject({ content: "I am Ricky" });
  const deleting = { status: 409, code: "agent_deleting", hint: expect.any(String) };
  await expect(refused(call("PUT", SOUL, { content: "x", baseRevision: 1 }))).resolves.toMatchObject(deleting);
  const resolving = { content: "x", baseRevision: 1, conflictVersion: version };
  await expect(refused(call("POST", `${SOUL}/resolve`, resolving))).resolves.toMatchObject(deleting);
});

test.each(["GET", "PUT", "POST"])(
  "%s is for who signed in, among members by role, and for no machine",
  async (method) => {
    const version = await find("found on disk");
    const path = method === "POST" ? `${SOUL}/resolve` : SOUL;
    const body =
      method === "GET"
        ? undefined
        : { content: "x", baseRevision: 1, ...(method === "POST" && { conflictVersion: version }) };
    const by = (user: User) => call(method, path, body, as(user));
    for (const mode of ["open", "members"] as const) {
      await setMode(mode);
      for (const apikey of [served.stack.publishableKey, served.stack.anonKey]) {
        const anon = served.call({ method, path, headers: { apikey }, ...(body && { body }) });
        await expect(refused(anon)).resolves.toMatchObject({
          status: 401,
          code: "unauthorized",
          hint: "Sign in first",
        });
      }
      await expect(refused(by(people.executor))).resolves.toMatchObject({ status: 403, code: "forbidden" });
    }
    await expect(refused(by(people.stranger))).resolves.toMatchObject({ status: 404, code: "project_not_found" });
    if (method === "GET") expect((await by(people.viewer)).status).toBe(200);
    else await expect(refused(by(people.viewer))).resolves.toMatchObject({ status: 403, code: "forbidden" });
    expect(await query("select revision from public.brain_docs")).toEqual([{ revision: 1 }]);
    expect((await by(people.operator)).status).toBe(method === "GET" ? 200 : 202);
  },
);

test("the log says what was saved and settled, and no text", async () => {
  const version = await find("secret on disk");
  await save({ content: "secret typed", baseRevision: 1 });
  await call("PUT", SOUL, { content: "secret too late", baseRevision: 1 });
  await call("PUT", SOUL, { content: "secret\u0000", baseRevision: 1 });
  await call("POST", `${SOUL}/resolve`, { content: "secret settled", baseRevision: 2, conflictVersion: version });
  const log = (await served.readLog()).join("\n");
  const events = log.split("\n").filter((line) => /"document_(saved|settled|changed)"/.test(line));
  expect(events.slice(-3).map((line) => JSON.parse(line))).toMatchObject([
    { level: "info", event: "document_saved", agentKey: "agent:ricky:main", document: "soul", revision: 2 },
    { level: "info", event: "refused", method: "PUT", status: 409, code: "document_changed" },
    { level: "info", event: "document_settled", agentKey: "agent:ricky:main", document: "soul", revision: 3 },
  ]);
  expect(log).not.toContain("secret");
});
