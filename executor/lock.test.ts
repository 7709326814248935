import { expect, test } from "vitest";
import { createLock } from "./lock.ts";

test("work is done one at a time and in the order it was asked for, also after a failure", async () => {
  const exclusively = createLock();
  const order: string[] = [];
  const gate = Promise.withResolvers<void>();
  const first = exclusively(async () => {
    order.push("first starts");
    await gate.promise;
    order.push("first fails");
    throw new Error("Failed");
  });
  const second = exclusively(async () => order.push("second"));
  gate.resolve();
  await expect(first).rejects.toThrow("Failed");
  expect(await second).toBe(3);
  expect(order).toEqual(["first starts", "first fails", "second"]);
});

test("someone who gives up while waiting is let go at once, and nobody behind overtakes the one in front", async () => {
  const exclusively = createLock();
  const order: string[] = [];
  const gate = Promise.withResolvers<void>();
  const stop = new AbortController();
  const first = exclusively(async () => {
    await gate.promise;
    order.push("first");
  });
  const second = exclusively(async () => order.push("second"), stop.signal);
  const third = exclusively(async () => order.push("third"));
  stop.abort(new Error("Gone"));
  await expect(second).rejects.toThrow("Gone");
  expect(order).toEqual([]);
  gate.resolve();
  await Promise.all([first, third]);
  expect(order).toEqual(["first", "third"]);
});
