import { expect, test } from "vitest";
import { recordedLog } from "../dev/testing/executor-stack.ts";
import { QueueError } from "./queue-error.ts";
import { untilAnswered } from "./until-answered.ts";

const BACKOFF = { firstMs: 1, mostMs: 2 };

/** Answers with these statuses in turn (0 for silence, 200 for success), the last one for ever. */
function ask(statuses: number[], signal = new AbortController().signal) {
  let calls = 0;
  const answer = untilAnswered(
    async () => {
      const status = statuses[Math.min(calls, statuses.length - 1)] ?? 200;
      calls += 1;
      if (status !== 200) throw new QueueError("complete_provision_request", status, "no", { cause: undefined });
      return "settled";
    },
    signal,
    recordedLog().log,
    BACKOFF,
  );
  return { answer, calls: () => calls };
}

test.for([0, 429, 502, 503, 504, 520])("%i is waited out, however often it comes", async (status) => {
  const { answer, calls } = ask([...Array.from({ length: 30 }, () => status), 200]);
  expect(await answer).toBe("settled");
  expect(calls()).toBe(31);
});

test.for([500, 404, 401])("%i is asked again, but not for ever", async (status) => {
  expect(await ask([status, status, 200]).answer).toBe("settled");
  const { answer, calls } = ask([0, status]);
  await expect(answer).rejects.toMatchObject({ status });
  expect(calls()).toBe(11);
});

test.for([400, 409, 413, 422])("%i is a refusal, and asked once", async (status) => {
  const { answer, calls } = ask([status]);
  await expect(answer).rejects.toMatchObject({ status });
  expect(calls()).toBe(1);
});

test("the end of the lease ends the waiting", async () => {
  const lease = new AbortController();
  const { answer, calls } = ask([0], lease.signal);
  await expect.poll(calls).toBeGreaterThan(2);
  lease.abort(new Error("lost"));
  await expect(answer).rejects.toMatchObject({ cause: { message: "lost" } });
});
