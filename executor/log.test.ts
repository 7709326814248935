import { expect, test } from "vitest";
import { createLog } from "./log.ts";
import { createRedact } from "./redact.ts";

const redact = createRedact(["correct-horse-battery"], "/Users/ada");

test("an event is one line of JSON with its level, time, fields and the error's cause", () => {
  const lines: string[] = [];
  const log = createLog({ level: "info", pretty: false, redact, destination: { write: (line) => lines.push(line) } });
  log.debug("not said");
  log
    .child({ request: "r1", attempt: 2 })
    .error({ err: new Error("Adding failed", { cause: new Error("line 1\nline 2") }) }, "request failed");
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatch(/^[^\n]+\n$/);
  expect(JSON.parse(lines[0] ?? "")).toMatchObject({
    level: "error",
    time: expect.stringMatching(/^\d{4}-.*Z$/),
    request: "r1",
    attempt: 2,
    msg: "request failed",
    err: { message: expect.stringContaining("Adding failed: line 1") },
  });
});

test("no line shows a secret or whose home folder this is, wherever in it they stand", () => {
  const lines: string[] = [];
  const log = createLog({ level: "info", pretty: false, redact, destination: { write: (line) => lines.push(line) } });
  log.info({ dir: "/Users/ada/.openclaw", err: new Error("Wrong: correct-horse-battery") }, "at /Users/ada");
  expect(JSON.parse(lines[0] ?? "")).toMatchObject({
    dir: "~/.openclaw",
    err: { message: "Wrong: [hidden]" },
    msg: "at ~",
  });
  expect(lines[0]).not.toMatch(/ada|correct/);
});
