import { expect, test } from "vitest";
import { deadline } from "./deadline.ts";

const ended = ({ signal }: { signal: AbortSignal }) =>
  new Promise<unknown>((resolve) => signal.addEventListener("abort", () => resolve(signal.reason)));

test("it is over after its time, and says so as a time-out", async () => {
  using limit = deadline(5);
  expect(await ended(limit)).toMatchObject({ name: "TimeoutError" });
});

test("it is over with the signal that it was given, for the same reason, also when that was over before", async () => {
  const outer = new AbortController();
  using limit = deadline(60_000, outer.signal);
  const over = ended(limit);
  outer.abort("stopped");
  expect(await over).toBe("stopped");
  using late = deadline(60_000, outer.signal);
  expect(late.signal.reason).toBe("stopped");
});

test("what was disposed of hears of nothing any more", () => {
  const outer = new AbortController();
  const limit = deadline(60_000, outer.signal);
  limit[Symbol.dispose]();
  outer.abort("stopped");
  expect(limit.signal.aborted).toBe(false);
});
