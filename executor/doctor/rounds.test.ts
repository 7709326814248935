import { expect, test } from "vitest";
import { recordedLog } from "../../dev/testing/executor-stack.ts";
import { createRounds } from "./rounds.ts";

const MINUTE = 60_000;

/** After how many minutes it looks again each time, when it finds these one after the other; null: all is well. */
async function pausesAfter(messages: (string | null)[], report = async () => undefined): Promise<number[]> {
  const waited: number[] = [];
  const left = [...messages];
  const stop = new AbortController();
  const rounds = createRounds({
    diagnose: async () => {
      const message = left.shift() ?? null;
      if (message === null) return [{ check: "gateway", level: "ok", message: "There" }];
      return [{ check: "gateway", level: "warn", message, hint: "start it" }];
    },
    report,
    log: recordedLog().log,
    wait: async (ms) => {
      waited.push(ms / MINUTE);
      if (left.length === 0) stop.abort();
    },
  });
  await rounds.run(stop.signal);
  return waited.slice(1);
}

test("a machine that is well is looked at each hour", async () => {
  expect(await pausesAfter([null, null])).toEqual([60, 60]);
});

test("what is wrong is looked at again soon, and while it stays later and later", async () => {
  expect(await pausesAfter(["Away", "Away", "Away", "Away", "Away", "Away"])).toEqual([5, 10, 20, 40, 60, 60]);
});

test("what is wrong in another way, or again, is looked at soon again, and what is mended each hour", async () => {
  expect(await pausesAfter(["Away", "Away", "Slow", "Slow", null, "Slow"])).toEqual([5, 10, 5, 10, 60, 5]);
});

test("what could not be told is told soon", async () => {
  const refuse = () => Promise.reject(new Error("No answer"));
  expect(await pausesAfter([null, null], refuse)).toEqual([5, 5]);
});
