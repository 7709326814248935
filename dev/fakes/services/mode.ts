import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { appendRecord, readRecords } from "../openclaw/records.ts";

/** The folder of the stand-ins: first on PATH, they are found before the real ones. */
export const FAKE_SERVICES = fileURLToPath(new URL(".", import.meta.url)).slice(0, -1);

/** The variable that names the folder in which they keep what they know. */
export const MEMORY = "FAKE_SERVICES_MEMORY";

const fakeServicesMode = z.strictObject({
  /** Answers to a command that begins so, such as `launchctl bootstrap`; with `times`, to the first of them. */
  failing: z
    .record(z.string(), z.object({ exitCode: z.number(), stderr: z.string(), times: z.number().optional() }))
    .default({}),
  /** Nobody is logged in at the screen. */
  withoutSession: z.boolean().default(false),
  /** Whether processes of the user go on after a logout. */
  lingers: z.boolean().default(false),
  /** The unit is masked. */
  isMasked: z.boolean().default(false),
});

export type FakeServicesMode = z.infer<typeof fakeServicesMode>;

const call = z.array(z.string());
const callsFile = (memory: string) => join(memory, "calls.jsonl");
const modeFile = (memory: string) => join(memory, "mode.json");

/** Replaces the whole mode; `{}` makes them behave. */
export function setFakeServicesMode(memory: string, mode: z.input<typeof fakeServicesMode>): void {
  mkdirSync(memory, { recursive: true });
  writeFileSync(modeFile(memory), JSON.stringify(mode));
}

export function readFakeServicesMode(memory: string): FakeServicesMode {
  return fakeServicesMode.parse(existsSync(modeFile(memory)) ? JSON.parse(readFileSync(modeFile(memory), "utf8")) : {});
}

/** Every command so far, oldest first, as one line of words. */
export function readServiceCalls(memory: string): string[] {
  return readRecords(callsFile(memory)).map((line) => call.parse(line).join(" "));
}

export const recordServiceCall = (memory: string, words: string[]): void => appendRecord(callsFile(memory), words);
