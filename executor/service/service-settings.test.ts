import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { parseEnv } from "node:util";
import { afterEach, beforeEach, expect, test } from "vitest";
import { maskSecrets, planSettings, settingsFileOf } from "./service-settings.ts";

const URL = "https://abcdefgh.supabase.co";
const SERVICE_KEY = "sb_secret_1234567890";
const OWN = {
  SUPABASE_URL: URL,
  SUPABASE_PUBLISHABLE_KEY: "sb_publishable_1234567890",
  EXECUTOR_EMAIL: "mini@executors.invalid",
  EXECUTOR_PASSWORD: "correct-horse",
};

let stateDir: string;
let file: string;
beforeEach(async () => {
  stateDir = await mkdtemp(join(tmpdir(), "hatchery-settings-"));
  file = join(stateDir, "hatchery.env");
});
afterEach(() => rm(stateDir, { recursive: true }));

async function keep(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text, { mode: 0o600 });
}
const enrolled = () =>
  keep(
    join(stateDir, "executor.env"),
    Object.entries(OWN)
      .map(([name, value]) => `${name}=${value}\n`)
      .join(""),
  );
const plan = (environment: Record<string, string> = {}) => planSettings({ STATE_DIR: stateDir, ...environment }, file);

test("what the environment says is written down, but no more than the executor reads", async () => {
  const set = { SUPABASE_URL: URL, SUPABASE_SERVICE_ROLE_KEY: SERVICE_KEY, EXECUTOR_NAME: "Bob's Mac mini", EMPTY: "" };
  const { text } = await plan({ ...set, PATH: "/bin", OWNER_ACCESS_TOKEN: "token-of-an-owner" });
  const { EMPTY, ...written } = set;
  expect(parseEnv(text ?? "")).toEqual({ ...written, STATE_DIR: stateDir });
});

test("of an enrolled executor neither what enrolling wrote nor a key that opens everything is written again", async () => {
  await enrolled();
  const { text } = await plan({ ...OWN, SUPABASE_SERVICE_ROLE_KEY: SERVICE_KEY, CONCURRENCY: "2" });
  expect(parseEnv(text ?? "")).toEqual({ STATE_DIR: stateDir, CONCURRENCY: "2" });
});

test("the file stays as somebody wrote it, new settings come behind, and others than its own are named", async () => {
  await enrolled();
  const before = `# ours\nSTATE_DIR=${stateDir}\nCONCURRENCY=4`;
  await keep(file, before);
  expect(await plan()).toMatchObject({ text: null, kept: [], config: { concurrency: 4 } });
  expect(await plan({ CONCURRENCY: "2", SWEEP_SECONDS: "5" })).toMatchObject({
    ...{ text: `${before}\nSWEEP_SECONDS=5\n`, kept: ["CONCURRENCY"] },
    config: { concurrency: 4, sweepMs: 5000 },
  });
});

test("a value that no file can hold is refused", async () => {
  await enrolled();
  await expect(plan({ EXECUTOR_NAME: "one\ntwo" })).rejects.toThrow("EXECUTOR_NAME cannot be kept in a file");
});

test("the file is the one that is named, else the installed one, else one in the state folder", () => {
  expect(settingsFileOf({ STATE_DIR: stateDir }, undefined)).toBe(file);
  expect(settingsFileOf({ STATE_DIR: stateDir }, "/installed.env")).toBe("/installed.env");
  expect(settingsFileOf({ HATCHERY_ENV_FILE: "/named.env" }, "/installed.env")).toBe("/named.env");
});

test("nobody reads a secret over somebody's shoulder", () => {
  const text = `EXECUTOR_PASSWORD='correct horse'\n#SUPABASE_SERVICE_ROLE_KEY = a-b-c\nNOTE=${SERVICE_KEY}\nCONCURRENCY=2\n`;
  expect(maskSecrets(text)).toBe(
    "EXECUTOR_PASSWORD=[hidden]\n#SUPABASE_SERVICE_ROLE_KEY =[hidden]\nNOTE=[hidden]\nCONCURRENCY=2\n",
  );
});
