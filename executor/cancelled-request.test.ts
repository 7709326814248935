import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { recordedLog, startExecutorStack } from "../dev/testing/executor-stack.ts";
import { beat, create, requestRow } from "../supabase/tests/road.ts";
import type { Handler } from "./handlers/handler.ts";
import { createSteps } from "./handlers/steps.ts";
import { runRequest } from "./run-request.ts";

let world: Awaited<ReturnType<typeof startExecutorStack>>;
beforeAll(async () => {
  world = await startExecutorStack();
});
afterAll(() => world.stop());

test("a request that is cancelled while its workspace is prepared ends before OpenClaw is written to", async () => {
  const { database } = world;
  await beat(database);
  const { request } = await create(database);
  const queue = world.queue();
  const written: string[] = [];
  const handler: Handler = async (_, context) => {
    const steps = createSteps(context, []);
    await steps.run("workspace", () => database.query("select public.cancel_request($1, 'me')", [request.id]));
    await steps.run("add", async () => void written.push("add"));
    throw new Error("The request went on");
  };

  const claimedAt = performance.now();
  const claims = await queue.claim(1, randomUUID());
  expect(claims).toHaveLength(1);
  for (const claim of claims) {
    const end = await runRequest(claim, {
      queue,
      handlerOf: () => handler,
      leaseMs: 60_000,
      claimedAt,
      turn: { earlier: Promise.resolve(), superseded: new AbortController().signal },
      signal: new AbortController().signal,
      log: recordedLog().log,
    });
    expect(end).toBe("cancelled");
  }

  expect(written).toEqual([]);
  expect(await requestRow(database, request.id)).toMatchObject({
    status: "error",
    result: { code: "cancelled" },
    progress: [{ step: "workspace", state: "running" }],
  });
});
