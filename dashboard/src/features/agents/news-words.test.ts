import { expect, test } from "vitest";
import type { RequestKind } from "#contract";
import { exampleRequest } from "../../lib/fleet/example-rows.ts";
import { newsWords } from "./news-words.ts";

const failedWith = (message: string) =>
  exampleRequest({ status: "error", result: { code: "openclaw_failed", message, attempts: 3 } });

test.each<[RequestKind, string, string]>([
  ["provision", "Ricky is live", "Ricky failed"],
  ["set_identity", "Name and emoji of Ricky are saved", "Name and emoji of Ricky are not saved"],
  ["deprovision", "Ricky is removed", "Ricky is not removed"],
  ["adopt", "Ricky is adopted", "Ricky is not adopted"],
])("%s: %j, or %j with the reason", (kind, done, failed) => {
  const [request, refused] = [exampleRequest({ status: "done" }), failedWith("It is locked")];
  expect(newsWords({ kind, outcome: "done", requests: [request] })).toEqual({ tone: "success", title: done });
  expect(newsWords({ kind, outcome: "failed", requests: [refused] })).toEqual({
    tone: "danger",
    title: failed,
    description: "It is locked",
  });
});

test("many are counted, and a reason is given when it is one for all", () => {
  const words = (...messages: string[]) =>
    newsWords({ kind: "deprovision", outcome: "failed", requests: messages.map(failedWith) });
  expect(words("Locked", "Locked")).toMatchObject({ title: "2 agents are not removed", description: "Locked" });
  expect(words("Locked", "Full").description).toBeUndefined();
});
