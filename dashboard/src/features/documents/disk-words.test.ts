import { expect, it } from "vitest";
import { exampleAgent, exampleExecutor } from "../../lib/fleet/example-rows.ts";
import { type DiskFacts, diskOf, diskStateOf } from "./disk-words.ts";
import { exampleDisk } from "./example-documents.ts";

const NOON = "2026-03-01T12:00:00Z";
const FACTS: DiskFacts = {
  type: "soul",
  revision: 3,
  disk: exampleDisk(),
  agent: exampleAgent({ provisioned: true }),
  executor: exampleExecutor({ last_seen_at: NOON }),
  now: new Date("2026-03-01T12:00:30Z"),
};
const AWAY = new Date("2026-03-01T15:00:00Z");
const ERROR = { code: "path_refused", message: "It is a link", at: NOON };

it.each([
  ["the revision of now lies there", {}, "on-disk", "On disk at Mac mini,", NOON],
  [
    "an older one lies there",
    { disk: exampleDisk({ revision: 2 }) },
    "on-its-way",
    "Saved · on its way to Mac mini",
    undefined,
  ],
  ["nothing lies there", { disk: undefined }, "on-its-way", "Saved · on its way to Mac mini", undefined],
  [
    "the Mac is away",
    { disk: exampleDisk({ revision: 2 }), now: AWAY },
    "waiting",
    "Waits for Mac mini, last seen",
    NOON,
  ],
  ["the Mac is away, but has it", { now: AWAY }, "on-disk", "On disk at Mac mini,", NOON],
  [
    "the agent is still to be set up",
    { agent: exampleAgent(), disk: undefined },
    "later",
    "Will be written when the agent is set up",
    undefined,
  ],
  [
    "no Mac is known",
    { executor: undefined, disk: undefined },
    "later",
    "Will be written when the agent is set up",
    undefined,
  ],
  [
    "the file cannot be written",
    { disk: exampleDisk({ revision: 2, error: ERROR }) },
    "error",
    "Not written at Mac mini",
    undefined,
  ],
  [
    "another text was found",
    { disk: exampleDisk({ conflict_version: 9 }) },
    "conflict",
    "Mac mini holds another text",
    undefined,
  ],
  ["there is no document", { revision: 0, disk: undefined }, "none", "Not there yet", undefined],
] satisfies [string, Partial<DiskFacts>, string, string, string | undefined][])("%s", (_, more, kind, words, at) => {
  expect(diskStateOf({ ...FACTS, ...more })).toEqual({ kind, words, tone: expect.any(String), ...(at && { at }) });
});

it("what another Mac once acknowledged says nothing of this one", () => {
  const rows = [exampleDisk({ executor_id: "studio" }), exampleDisk({ revision: 2 })];
  expect(diskOf(rows, "mini")?.revision).toBe(2);
  expect(diskOf(rows, "other")).toBeUndefined();
});
