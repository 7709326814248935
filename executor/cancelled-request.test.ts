import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { recordedLog, startExecutorStack } from "../dev/testing/executor-stack.ts";
import { adopt } from "../supabase/tests/life.ts";
import { beat, create, doneResult, MINI, requestRow, service } from "../supabase/tests/road.ts";
import type { Handler } from "./handlers/handler.ts";
import { createSteps } from "./handlers/steps.ts";
import type { Claim } from "./request-queue.ts";
import { type RunEnd, type RunOptions, runRequest } from "./run-request.ts";

let world: Awaited<ReturnType<typeof startExecutorStack>>;
beforeAll(async () => {
  world = await startExecutorStack();
  await beat(world.database);
});
afterAll(() => world.stop());

/** One request that waits, and how its run ended. */
async function runOne(handler: Handler, queue: RunOptions["queue"]): Promise<RunEnd> {
  const claimedAt = performance.now();
  const [claim, ...others] = await world.queue().claim(3, randomUUID());
  if (claim === undefined || others.length > 0) throw new Error("Expected exactly one request that waits");
  return await runRequest(claim, {
    queue,
    handlerOf: () => handler,
    leaseMs: 60_000,
    claimedAt,
    turn: { earlier: Promise.resolve(), superseded: new AbortController().signal },
    signal: new AbortController().signal,
    log: recordedLog().log,
  });
}

const cancel = (id: string) => world.database.query("select public.cancel_request($1, 'me')", [id]);
const cancelled = { status: "error", result: { code: "cancelled" } };

test("a request that is cancelled while its workspace is prepared ends before OpenClaw is written to", async () => {
  const { request } = await create(world.database);
  const written: string[] = [];
  const handler: Handler = async (_, context) => {
    const steps = createSteps(context, []);
    await steps.run("workspace", () => cancel(request.id));
    await steps.run("add", async () => void written.push("add"));
    throw new Error("The request went on");
  };
  expect(await runOne(handler, world.queue())).toBe("cancelled");
  expect(written).toEqual([]);
  expect(await requestRow(world.database, request.id)).toMatchObject({
    ...cancelled,
    progress: [{ step: "workspace", state: "running" }],
  });
});

const succeed: Handler = async ({ agent_id_short }) => ({
  result: { ...doneResult(agent_id_short), steps: [] },
  runtimeAgents: [],
});
const fall: Handler = async () => {
  throw new Error("It broke");
};

test.each([
  ["a success", succeed],
  ["a failure", fall],
])("a cancel whose word was lost is heard when %s is told", async (_, handler) => {
  const { request } = await create(world.database, { id: "unheard" });
  const queue = world.queue();
  /** A renewal in the middle of the call, whose answer never comes. */
  const after =
    <A extends [Claim, ...unknown[]], T>(verb: (...args: A) => Promise<T>) =>
    async (...args: A): Promise<T> => {
      await cancel(request.id);
      await queue.renew(args[0], undefined, new AbortController().signal);
      return await verb(...args);
    };
  const deaf = { ...queue, complete: after(queue.complete), fail: after(queue.fail) };
  expect(await runOne(handler, deaf)).toBe("cancelled");
  expect(await requestRow(world.database, request.id)).toMatchObject(cancelled);
});

test("an adoption that is cancelled while its end is told is cancelled", async () => {
  const listed = [{ id: "octo", name: "Octo", emoji: "🐙", workspace: "/w/workspace-octo", isDefault: false }];
  await beat(world.database, MINI, service, { workspaceRoot: "/w" });
  await world.queue().publishRuntime(listed);
  const { request } = await adopt(world.database, { agentId: "octo" });
  const handler: Handler = async (asked, context) => {
    await cancel(request.id);
    return await succeed(asked, context);
  };
  expect(await runOne(handler, world.queue())).toBe("cancelled");
  expect(await requestRow(world.database, request.id)).toMatchObject(cancelled);
});

test("a request whose agent somebody deleted meanwhile is not done", async () => {
  const { request } = await create(world.database, { id: "deleted" });
  const handler: Handler = async (asked, context) => {
    await world.database.query("delete from public.agents where agent_id_short = 'deleted'");
    return await succeed(asked, context);
  };
  expect(await runOne(handler, world.queue())).toBe("lost");
  expect(await requestRow(world.database, request.id)).toMatchObject({
    status: "error",
    result: { code: "not_found" },
  });
});
