import { expect, test } from "vitest";
import { RunRegistry } from "./run-registry.ts";

test("a request that is claimed again runs again only when its earlier runs, told that they are over, have ended", async () => {
  const runs = new RunRegistry();
  const events: string[] = [];
  const work = (name: string) =>
    runs.run("ricky", async ({ earlier, superseded }) => {
      superseded.addEventListener("abort", () => events.push(`${name} is told`));
      await earlier;
      events.push(`${name} begins`);
      await new Promise((resolve) => setTimeout(resolve, 20));
      events.push(`${name} ends`);
      if (name === "first") throw new Error("It was cut off");
    });
  const ends = await Promise.allSettled(["first", "second", "third"].map(work));
  expect(ends.map(({ status }) => status)).toEqual(["rejected", "fulfilled", "fulfilled"]);
  expect(events).toEqual([
    ...["first is told", "second is told"],
    ...["first", "second", "third"].flatMap((name) => [`${name} begins`, `${name} ends`]),
  ]);
});

test("different requests do not wait for each other", async () => {
  const runs = new RunRegistry();
  const release = Promise.withResolvers<void>();
  const waiting = runs.run("ricky", () => release.promise);
  await runs.run("rosa", ({ earlier }) => earlier);
  release.resolve();
  await waiting;
});
