import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readConfig } from "./config.ts";

const NEEDED = { SUPABASE_URL: "http://127.0.0.1:54321", SUPABASE_SERVICE_ROLE_KEY: "sb_secret_abc" };

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "config-"));
});
afterEach(() => rm(folder, { recursive: true }));

test("address and key are enough; everything else has a default", () => {
  expect(readConfig(NEEDED)).toMatchObject({
    executorId: undefined,
    projectIds: undefined,
    openclawBin: "openclaw",
    openclawHome: homedir(),
    workspaceRoot: join(homedir(), ".openclaw"),
    stateDir: join(homedir(), ".hatchery"),
    concurrency: 3,
    sweepMs: 10_000,
    leaseSeconds: 60,
    stepTimeoutMs: 180_000,
    realtime: true,
    logLevel: "info",
  });
});

test("every wrong setting is named at once, with what to do", () => {
  const wrong = {
    EXECUTOR_ID: "böse",
    CONCURRENCY: "many",
    SWEEP_SECONDS: "0",
    REALTIME: "yes",
    WORKSPACE_ROOT: "here",
  };
  const read = () => readConfig(wrong);
  for (const name of ["SUPABASE_URL", "SUPABASE_SERVICE_ROLE_KEY", ...Object.keys(wrong)])
    expect(read).toThrow(`  ${name}: `);
  expect(read).toThrow("SUPABASE_SERVICE_ROLE_KEY: is missing. Take the service role key");
  expect(read).toThrow("CONCURRENCY: must be a whole number from 1 to 16");
});

test("a public key is refused, in both of its forms", () => {
  const anon = `x.${Buffer.from('{"role":"anon"}').toString("base64url")}.y`;
  const service = `x.${Buffer.from('{"role":"service_role"}').toString("base64url")}.y`;
  for (const key of ["sb_publishable_abc", anon]) {
    expect(() => readConfig({ ...NEEDED, SUPABASE_SERVICE_ROLE_KEY: key })).toThrow("is the public key");
  }
  expect(readConfig({ ...NEEDED, SUPABASE_SERVICE_ROLE_KEY: service }).supabaseKey).toBe(service);
});

test("paths may start with ~/, and the workspaces follow OPENCLAW_HOME", () => {
  const config = readConfig({ ...NEEDED, OPENCLAW_HOME: "~/sandbox", PROJECT_IDS: " office, ,lab ", STATE_DIR: " " });
  expect(config.workspaceRoot).toBe(join(homedir(), "sandbox", ".openclaw"));
  expect(config.projectIds).toEqual(["office", "lab"]);
  expect(config.stateDir).toBe(join(homedir(), ".hatchery"));
});

test("a private file gives the settings that the environment leaves open", async () => {
  const file = join(folder, "executor.env");
  await writeFile(file, "SUPABASE_URL=https://file.example\nSUPABASE_SERVICE_ROLE_KEY='sb_secret_file'\n", {
    mode: 0o600,
  });
  const config = readConfig({
    HATCHERY_ENV_FILE: file,
    SUPABASE_URL: "https://env.example",
    SUPABASE_SERVICE_ROLE_KEY: "",
  });
  expect(config.supabaseUrl).toBe("https://env.example");
  expect(config.supabaseKey).toBe("sb_secret_file");
});

test("a file that others may read is refused, and so is one that is not there", async () => {
  const file = join(folder, "executor.env");
  await writeFile(file, "");
  await chmod(file, 0o640);
  expect(() => readConfig({ ...NEEDED, HATCHERY_ENV_FILE: file })).toThrow(`chmod 600 '${file}'`);
  expect(() => readConfig({ ...NEEDED, HATCHERY_ENV_FILE: join(folder, "none") })).toThrow("ENOENT");
});
