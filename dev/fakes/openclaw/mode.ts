import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { appendRecord, readRecords } from "./records.ts";

export const fakeVerb = z.enum([
  "--version",
  "agents list",
  "models status",
  "agents add",
  "agents set-identity",
  "agents delete",
  "gateway call agents.create",
  "gateway call agents.update",
  "gateway call agents.delete",
]);

/** How the stand-in misbehaves, by verb. A verb that is not named behaves like the real one. */
const fakeMode = z.strictObject({
  /** Milliseconds to wait before doing anything. */
  slow: z.partialRecord(fakeVerb, z.number()).default({}),
  /** Refuses with this message and stores nothing; with `times`, only the first calls of the verb in this home. */
  failing: z.partialRecord(fakeVerb, z.object({ message: z.string(), times: z.number().optional() })).default({}),
  /** Refuses with this message, and exits with 0 all the same. */
  failingWithExitZero: z.partialRecord(fakeVerb, z.string()).default({}),
  /** Dies with exit code 1 and this text on stderr, without JSON. */
  crashing: z.partialRecord(fakeVerb, z.string()).default({}),
  /** Never ends. Like the real launcher it waits for a child in a process group of its own. */
  hanging: z.partialRecord(fakeVerb, z.object({ ignoresSigterm: z.boolean() })).default({}),
  /** What `--version` says instead of 2026.9.6. */
  version: z.string().optional(),
  /** Does its work in a child of a process group of its own, after this many ms, and only waits for it: the work survives it. */
  delegating: z.partialRecord(fakeVerb, z.number()).default({}),
  /** Does what it was asked for, and drops these agents from the config on the way. */
  losing: z.partialRecord(fakeVerb, z.array(z.string())).default({}),
  /** Says that it did it, and stores nothing. */
  lying: z.array(fakeVerb).default([]),
  /** Answers for this agent id instead of the one it was asked for. */
  answeringFor: z.partialRecord(fakeVerb, z.string()).default({}),
  /** The gateway has not been told how this CLI may speak to it. */
  withoutCredentials: z.boolean().default(false),
  /** The gateway is asked, and its answer does not come: it has done it all the same (true), or not. */
  unanswered: z.partialRecord(fakeVerb, z.boolean()).default({}),
  /** Removes the agent from the config, and dies before its workspace is in the trash. */
  cutDeletes: z.boolean().default(false),
  /** By agent, the providers of whose models it finds no credentials. */
  missingProviders: z.record(z.string(), z.array(z.string())).default({}),
  /** Prints this many bytes of log lines before the answer. */
  chatty: z.partialRecord(fakeVerb, z.number()).default({}),
  /** Log lines on stderr, and on stdout before and behind the JSON, as older versions printed them. */
  noisy: z.boolean().default(false),
  /** A Unix socket where each call says that it has come to a point (gate.ts), and waits until it may go on. */
  gate: z.string().optional(),
});

export type FakeMode = z.infer<typeof fakeMode>;
export type FakeVerb = z.infer<typeof fakeVerb>;

const call = z.object({ argv: z.array(z.string()), pid: z.number(), childPid: z.number().optional() });
export type FakeCall = z.infer<typeof call>;

const stored = z.object({ id: z.string(), workspace: z.string() });
export type StoredAgent = z.infer<typeof stored>;

const modeFile = (home: string) => join(home, "fake-openclaw.json");
const callsFile = (home: string) => join(home, "fake-openclaw-calls.jsonl");
const addsFile = (home: string) => join(home, "fake-openclaw-adds.jsonl");
const deletesFile = (home: string) => join(home, "fake-openclaw-deletes.jsonl");

/** Replaces the whole mode of the stand-in that runs with this OPENCLAW_HOME; `{}` makes it behave. */
export function setFakeMode(home: string, mode: z.input<typeof fakeMode>): void {
  mkdirSync(home, { recursive: true });
  writeFileSync(modeFile(home), JSON.stringify(mode));
}

export function readFakeMode(home: string): FakeMode {
  return fakeMode.parse(existsSync(modeFile(home)) ? JSON.parse(readFileSync(modeFile(home), "utf8")) : {});
}

/** Every invocation so far, oldest first; one that hangs or delegates appears a second time with its child's pid. */
export function readFakeCalls(home: string): FakeCall[] {
  return readRecords(callsFile(home)).map((line) => call.parse(line));
}

/** Every agent that was added, by either road, oldest first. */
export function readFakeAdds(home: string): StoredAgent[] {
  return readRecords(addsFile(home)).map((line) => stored.parse(line));
}

/** Every agent that was removed, oldest first, as it was. */
export function readFakeDeletes(home: string): StoredAgent[] {
  return readRecords(deletesFile(home)).map((line) => stored.parse(line));
}

export const recordFakeCall = (home: string, entry: FakeCall): void => appendRecord(callsFile(home), entry);

export const recordFakeAdd = (home: string, entry: StoredAgent): void => appendRecord(addsFile(home), entry);

export const recordFakeDelete = (home: string, entry: StoredAgent): void => appendRecord(deletesFile(home), entry);
