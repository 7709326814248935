import { expect, test } from "vitest";
import { Nudge, pause } from "./nudge.ts";

const LONG_MS = 60_000;

test("a ring while nobody waits ends the next wait at once, and only that one", async () => {
  const nudge = new Nudge();
  nudge.ring("insert");
  nudge.ring("insert");
  nudge.ring("subscribed");
  expect(await nudge.wait(LONG_MS)).toEqual(["insert", "subscribed"]);
  expect(await nudge.wait(1)).toEqual([]);
});

test("a ring ends a wait that is under way", async () => {
  const nudge = new Nudge();
  const waiting = nudge.wait(LONG_MS);
  nudge.ring("update");
  expect(await waiting).toEqual(["update"]);
});

test("an aborted wait ends without throwing", async () => {
  const abort = new AbortController();
  const waiting = new Nudge().wait(LONG_MS, abort.signal);
  abort.abort();
  expect(await waiting).toEqual([]);
  expect(await new Nudge().wait(LONG_MS, abort.signal)).toEqual([]);
  await expect(pause(LONG_MS, abort.signal)).resolves.toBeUndefined();
});
