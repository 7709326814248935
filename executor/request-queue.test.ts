import { randomUUID } from "node:crypto";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { startExecutorStack } from "../dev/testing/executor-stack.ts";
import { firstCalls, startFlakyProxy } from "../dev/testing/flaky-proxy.ts";
import { create, INSTANCE, MINI, requestRow } from "../supabase/tests/road.ts";
import { QueueError } from "./queue-error.ts";
import { createRedact } from "./redact.ts";
import { type AboutExecutor, createRequestQueue } from "./request-queue.ts";

let world: Awaited<ReturnType<typeof startExecutorStack>>;
let proxy: Awaited<ReturnType<typeof startFlakyProxy>>;

const about: AboutExecutor = {
  displayName: "Mini",
  platform: "darwin arm64",
  version: "0.1.0",
  contractVersion: 1,
  openclawVersion: null,
  workspaceRoot: "/home/.openclaw",
  counters: {},
};
const never = new AbortController().signal;

beforeAll(async () => {
  world = await startExecutorStack();
  proxy = await startFlakyProxy(world.stack.apiUrl);
  await world.queue().recordHeartbeat(about);
});
afterAll(async () => {
  await proxy.stop();
  await world.stop();
});
afterEach(async () => {
  proxy.setFaults(() => "pass");
  await world.clear();
});

async function claimRicky(queue = world.queue()) {
  const { request } = await create(world.database);
  const [claim] = await queue.claim(3, randomUUID());
  if (claim === undefined) throw new Error("Nothing was claimed");
  expect(claim.requestId).toBe(request.id);
  return claim;
}

test("a claim whose answer was lost is had by asking again with the same token", async () => {
  const { request } = await create(world.database);
  const queue = world.queue({ url: proxy.url });
  const token = randomUUID();
  proxy.setFaults(firstCalls("/claim_provision_requests", 1, "lose answer"));
  await expect(queue.claim(3, token)).rejects.toMatchObject({ status: 0, retryable: true });
  expect(await requestRow(world.database, request.id)).toMatchObject({ status: "running", attempts: 1 });
  expect(await queue.claim(3, token)).toMatchObject([{ requestId: request.id, claimToken: token }]);
  expect(await requestRow(world.database, request.id)).toMatchObject({ status: "running", attempts: 1 });
});

test("only the projects of this executor are claimed", async () => {
  await create(world.database);
  const options = { executorId: MINI, instanceId: INSTANCE, leaseSeconds: 60, redact: createRedact([]) };
  const other = createRequestQueue(world.connect(), { ...options, projectIds: ["lab"] });
  expect(await other.claim(3, randomUUID())).toEqual([]);
  const both = createRequestQueue(world.connect(), { ...options, projectIds: ["lab", "front-office"] });
  expect(await both.claim(3, randomUUID())).toHaveLength(1);
});

test("a renewal tells progress; after the end of the claim it says that nothing is held", async () => {
  const queue = world.queue();
  const claim = await claimRicky(queue);
  const progress = [{ step: "workspace" as const, state: "running" as const }];
  expect(await queue.renew(claim, progress, never)).toBe("held");
  expect(await queue.renew(claim, undefined, never)).toBe("held");
  expect(await requestRow(world.database, claim.requestId)).toMatchObject({ progress });
  expect(await queue.release(claim)).toBe("released");
  expect(await queue.release(claim)).toBe("lost");
  expect(await queue.renew(claim, undefined, never)).toBe("lost");
  expect(await requestRow(world.database, claim.requestId)).toMatchObject({ status: "queued", attempts: 0 });
});

test("completing twice says so, and leaves a done request and a published list", async () => {
  const queue = world.queue();
  const claim = await claimRicky(queue);
  const result = { agentId: "ricky", workspaceDir: "/w", openclawVersion: "2026.9.6", steps: [] };
  const list = [{ id: "ricky", name: "Ricky", emoji: "🦊", workspace: "/w", isDefault: false }];
  expect(await queue.complete(claim, result, list)).toBe("settled");
  expect(await queue.complete(claim, result, list)).toBe("already_settled");
  expect(await requestRow(world.database, claim.requestId)).toMatchObject({ status: "done", result });
  expect(await world.database.query("select agents from public.executor_runtime")).toEqual([{ agents: list }]);
});

test("what is written into rows shows neither secrets nor whose home folder this is", async () => {
  const queue = createRequestQueue(world.connect(), {
    ...{ executorId: MINI, instanceId: INSTANCE, leaseSeconds: 60 },
    redact: createRedact(["correct-horse-battery"], "/Users/ada"),
  });
  const told = "At /Users/ada/x with correct-horse-battery";
  const clean = "At ~/x with [hidden]";
  const failing = await claimRicky(queue);
  const error = { code: "openclaw_failed" as const, message: told, hint: told };
  await queue.fail(failing, { error, permanent: true, diagnostics: told });
  expect(await requestRow(world.database, failing.requestId)).toMatchObject({
    result: { message: clean, hint: clean },
  });
  expect(await world.database.query("select output from private.request_diagnostics")).toEqual([{ output: clean }]);

  const { request } = await create(world.database, { id: "ada" });
  const [claim] = await queue.claim(3, randomUUID());
  if (claim === undefined) throw new Error("Nothing was claimed");
  const result = { agentId: "ada", workspaceDir: "/Users/ada/w", openclawVersion: "1", steps: [] };
  const agent = { id: "ada", name: "Ada", emoji: "", workspace: "/Users/ada/w", isDefault: false };
  await queue.complete(claim, result, [agent]);
  expect(await requestRow(world.database, request.id)).toMatchObject({ result: { workspaceDir: "~/w" } });
  expect(await world.database.query("select agents -> 0 ->> 'workspace' as at from public.executor_runtime")).toEqual([
    { at: "~/w" },
  ]);
  await queue.recordHeartbeat({ ...about, workspaceRoot: "/Users/ada/.openclaw" });
  expect(await world.database.query(`select workspace_root from public.executors where id = '${MINI}'`)).toEqual([
    { workspace_root: "~/.openclaw" },
  ]);
});

test("a failure carries its hint and step, and its diagnostics stay private", async () => {
  const queue = world.queue();
  const claim = await claimRicky(queue);
  const error = { code: "openclaw_failed" as const, message: "No OpenClaw", hint: "Install it", step: "add" as const };
  expect(await queue.fail(claim, { error, permanent: true, diagnostics: "ENOENT" })).toBe("settled");
  expect(await requestRow(world.database, claim.requestId)).toMatchObject({
    status: "error",
    result: { ...error, attempts: 1 },
  });
  expect(await world.database.query("select output from private.request_diagnostics")).toEqual([{ output: "ENOENT" }]);
});

test("documents are read under a claim alone, and acknowledged with what lies on disk", async () => {
  const queue = world.queue();
  const claim = await claimRicky(queue);
  const documents = await queue.readDocuments(claim);
  expect(documents.map(({ type, content, revision }) => ({ type, content, revision }))).toEqual([
    { type: "soul", content: "I am ricky", revision: 1 },
    { type: "user", content: "Be brief", revision: 1 },
  ]);
  const [soul] = documents;
  await queue.acknowledgeDocument({ id: soul?.id ?? "", revision: 1, sha256: soul?.knownSha256[0] ?? "" });
  expect(await world.database.query("select revision, sha256 from public.brain_doc_disk")).toEqual([
    { revision: 1, sha256: soul?.knownSha256[0] },
  ]);
  await expect(queue.readDocuments({ ...claim, claimToken: randomUUID() })).rejects.toMatchObject({
    code: "lease_lost",
    status: 409,
    retryable: false,
  });
});

test("what the network does is told as one kind of error, with its cause", async () => {
  const faults = [
    ["cut", { status: 0, retryable: true }],
    ["cut body", { status: 0, retryable: true }],
    ["hang", { status: 0, retryable: true }],
    [
      { status: 500, body: "<html>oops</html>" },
      { status: 500, retryable: true },
    ],
    [
      { status: 429, body: '{"message":"Too many"}' },
      { status: 429, retryable: true },
    ],
    [
      { status: 200, body: "<html>a captive portal</html>" },
      { status: 200, retryable: true },
    ],
    [
      { status: 200, body: '{"something":"else"}' },
      { status: 200, retryable: true },
    ],
    [
      { status: 401, body: '{"message":"Invalid API key"}' },
      { status: 401, keyRefused: true },
    ],
  ] as const;
  for (const [fault, expected] of faults) {
    proxy.setFaults(() => fault);
    // Only silence is waited out.
    const queue = world.queue({ url: proxy.url, timeoutMs: fault === "hang" ? 200 : 10_000 });
    const failing = queue.failStuckRequests();
    await expect(failing, JSON.stringify(fault)).rejects.toMatchObject({ ...expected, cause: expect.anything() });
    await expect(failing).rejects.toBeInstanceOf(QueueError);
  }
});

test("no answer of a gateway confirms what the database never heard, or says that nothing waits", async () => {
  const queue = world.queue({ url: proxy.url });
  const { request } = await create(world.database);
  const document = { id: randomUUID(), revision: 1, sha256: "x" };
  const answers = [
    { status: 404, body: "" },
    { status: 404, body: "[]" },
    { status: 404, body: "<html>no such host</html>" },
    { status: 200, body: "" },
    { status: 200, body: "<html>a captive portal</html>" },
  ];
  for (const answer of answers) {
    proxy.setFaults(() => answer);
    const failed = { name: "QueueError", status: answer.status, retryable: true };
    await expect(queue.acknowledgeDocument(document), answer.body).rejects.toMatchObject(failed);
    await expect(queue.publishRuntime([]), answer.body).rejects.toMatchObject(failed);
    await expect(queue.claim(3, randomUUID()), answer.body).rejects.toMatchObject(failed);
  }
  proxy.setFaults(() => "pass");
  await queue.publishRuntime([]);
  expect(await requestRow(world.database, request.id)).toMatchObject({ status: "queued" });
});

test("what Postgres cannot store is left out, instead of the whole word being refused", async () => {
  const queue = world.queue();
  const odd = { id: "odd", name: "A\0B\ud83e", emoji: "\0", workspace: "/w\0", isDefault: false };
  await queue.publishRuntime([odd]);
  expect(await world.database.query("select agents -> 0 as agent from public.executor_runtime")).toEqual([
    { agent: { ...odd, name: "AB\ufffd", emoji: "", workspace: "/w" } },
  ]);
  const failing = await claimRicky(queue);
  const error = { code: "openclaw_failed" as const, message: "It said \0\ud83e", hint: "\0Look" };
  expect(await queue.fail(failing, { error, permanent: true, diagnostics: "\0" })).toBe("settled");
  expect(await requestRow(world.database, failing.requestId)).toMatchObject({
    result: { message: "It said \ufffd", hint: "Look" },
  });
});
