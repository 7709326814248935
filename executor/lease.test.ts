import { afterEach, expect, test } from "vitest";
import { recordedLog } from "../dev/testing/executor-stack.ts";
import { CancelledError, holdLease, type Lease, LeaseLostError } from "./lease.ts";
import { QueueError } from "./queue-error.ts";
import type { Renewed } from "./request-queue.ts";

let lease: Lease | undefined;

afterEach(() => lease?.end());

const DONE = [{ step: "workspace", state: "done" } as const];

/** A lease whose renewals this function answers; every renewal's progress is kept. */
function hold(answer: (call: number, signal: AbortSignal) => Promise<Renewed>, leaseMs = 300) {
  const told: unknown[] = [];
  const held = holdLease({
    renew: (progress, signal) => answer(told.push(progress), signal),
    leaseMs,
    claimedAt: performance.now(),
    log: recordedLog().log,
  });
  lease = held;
  return { lease: held, told };
}

const lossOf = ({ signal }: Lease) =>
  new Promise((resolve) => signal.addEventListener("abort", () => resolve(signal.reason), { once: true }));

test("a lease is renewed while nothing is said, and a report is told at once", async () => {
  const { lease, told } = hold(async () => "held", 60_000);
  await lease.report(DONE);
  expect(told).toEqual([DONE]);
  const quick = hold(async () => "held", 4500);
  await expect.poll(() => quick.told.length).toBeGreaterThan(3);
  expect(quick.told.every((progress) => progress === undefined)).toBe(true);
  expect(quick.lease.signal.aborted).toBe(false);
  await quick.lease.end();
});

test("a report whose answer is lost is told again until it is stored", async () => {
  const { lease, told } = hold(async (call) => {
    if (call < 3) throw new Error("cut");
    return "held";
  }, 12_000);
  await lease.report(DONE);
  expect(told).toEqual([DONE, DONE, DONE]);
  expect(lease.signal.aborted).toBe(false);
});

test("the word that somebody else holds it ends the lease at once", async () => {
  const { lease } = hold(async () => "lost");
  const reporting = lease.report(DONE);
  await expect(reporting).rejects.toBeInstanceOf(LeaseLostError);
  expect(lease.signal.reason).toBeInstanceOf(LeaseLostError);
  await expect(lease.report(DONE)).rejects.toBeInstanceOf(LeaseLostError);
  expect(lease.signal.reason).not.toBeInstanceOf(CancelledError);
});

test("a request that was called off is told apart from one that somebody else has", async () => {
  const { lease } = hold(async () => "cancelled");
  await expect(lease.report(DONE)).rejects.toBeInstanceOf(CancelledError);
  expect(lease.signal.reason).toBeInstanceOf(CancelledError);
});

test.for([
  [403, "forbidden"],
  [401, "unauthorized"],
] as const)("%i %s is about the executor itself, and ends the lease at once", async ([status, code]) => {
  const { lease, told } = hold(async () => {
    throw new QueueError("renew_provision_lease", status, "no", { code, cause: undefined });
  }, 60_000);
  await expect(lease.report(DONE)).rejects.toMatchObject({ message: "This executor was refused" });
  expect(told).toHaveLength(1);
});

test("a 401 of a gateway, which says nothing of the executor, is asked again", async () => {
  const { lease } = hold(async (call) => {
    if (call < 2) throw new QueueError("renew_provision_lease", 401, "no", { cause: undefined });
    return "held";
  }, 12_000);
  await lease.report(DONE);
  expect(lease.signal.aborted).toBe(false);
});

test("silence ends the lease when it has run out, not before, and even if a renewal hangs", async () => {
  const startedAt = performance.now();
  const { lease } = hold(
    (_, signal) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener("abort", () => reject(signal.reason));
      }),
  );
  expect(await lossOf(lease)).toBeInstanceOf(LeaseLostError);
  expect(performance.now() - startedAt).toBeGreaterThanOrEqual(295);
});

test("ending a lease stops a renewal that is under way and is no loss", async () => {
  const { lease, told } = hold(
    (_, signal) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener("abort", () => reject(signal.reason));
      }),
    6000,
  );
  await expect.poll(() => told.length).toBe(1);
  await lease.end();
  expect(lease.signal.aborted).toBe(false);
});

test("a lease that ran out unnoticed, as in a sleep, is lost without asking, however soon the database would answer", async () => {
  let asked = 0;
  lease = holdLease({
    renew: async () => {
      asked += 1;
      return "held";
    },
    leaseMs: 60_000,
    claimedAt: performance.now() - 60_000,
    log: recordedLog().log,
  });
  await expect(lease.report(DONE)).rejects.toBeInstanceOf(LeaseLostError);
  expect(asked).toBe(0);
});
