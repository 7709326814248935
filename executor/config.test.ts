import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { homedir, hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { credentialFile, readConfig, readEnrollConfig } from "./config.ts";
import { writeEnvFile } from "./env-file.ts";

const NEEDED = { SUPABASE_URL: "http://127.0.0.1:54321", SUPABASE_SERVICE_ROLE_KEY: "sb_secret_abc" };
const ENROLLED = {
  SUPABASE_URL: "https://enrolled.example",
  SUPABASE_PUBLISHABLE_KEY: "sb_publishable_abc",
  EXECUTOR_ID: "mini",
  EXECUTOR_EMAIL: "executor-1@hatchery.invalid",
  EXECUTOR_PASSWORD: "secret-aA1",
};
const own = { publicKey: "sb_publishable_abc", email: "executor-1@hatchery.invalid", password: "secret-aA1" };

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "config-"));
});
afterEach(() => rm(folder, { recursive: true }));

test("address and key are enough; everything else has a default", () => {
  expect(readConfig(NEEDED)).toMatchObject({
    executorId: undefined,
    displayName: hostname().slice(0, 80),
    projectIds: undefined,
    openclawBin: "openclaw",
    openclawHome: homedir(),
    workspaceRoot: join(homedir(), ".openclaw"),
    stateDir: join(homedir(), ".hatchery"),
    concurrency: 3,
    sweepMs: 10_000,
    leaseSeconds: 60,
    stepTimeoutMs: 180_000,
    killPauseMs: 300_000,
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
  expect(read).toThrow("SUPABASE_SERVICE_ROLE_KEY: is missing, and this executor is not enrolled. Enroll it");
  expect(read).toThrow("CONCURRENCY: must be a whole number from 1 to 16");
});

test("a public key is refused, in both of its forms", () => {
  const anon = `x.${Buffer.from('{"role":"anon"}').toString("base64url")}.y`;
  const service = `x.${Buffer.from('{"role":"service_role"}').toString("base64url")}.y`;
  for (const key of ["sb_publishable_abc", anon]) {
    expect(() => readConfig({ ...NEEDED, SUPABASE_SERVICE_ROLE_KEY: key })).toThrow("is the public key");
  }
  expect(readConfig({ ...NEEDED, SUPABASE_SERVICE_ROLE_KEY: service }).credential).toEqual({ serviceRoleKey: service });
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
  expect(config.credential).toEqual({ serviceRoleKey: "sb_secret_file" });
});

test("a file that others may read is refused, and so is one that is not there", async () => {
  const file = join(folder, "executor.env");
  await writeFile(file, "");
  await chmod(file, 0o640);
  expect(() => readConfig({ ...NEEDED, HATCHERY_ENV_FILE: file })).toThrow(`chmod 600 '${file}'`);
  expect(() => readConfig({ ...NEEDED, HATCHERY_ENV_FILE: join(folder, "none") })).toThrow("ENOENT");
});

test("what enrolling wrote is enough, and goes before a key that opens everything", async () => {
  await writeEnvFile(credentialFile(folder), ENROLLED);
  expect(readConfig({ STATE_DIR: folder })).toMatchObject({
    supabaseUrl: "https://enrolled.example",
    executorId: "mini",
    credential: own,
  });
  expect(readConfig({ STATE_DIR: folder, SUPABASE_SERVICE_ROLE_KEY: "sb_secret_abc" }).credential).toEqual(own);
});

test("a credential goes to no other project than the one that gave it out", async () => {
  await writeEnvFile(credentialFile(folder), ENROLLED);
  const elsewhere = { STATE_DIR: folder, SUPABASE_URL: "https://elsewhere.example" };
  const named = join(folder, "named.env");
  await writeEnvFile(named, ENROLLED);
  for (const read of [
    () => readConfig(elsewhere),
    () => readConfig({ ...elsewhere, STATE_DIR: join(folder, "none"), HATCHERY_ENV_FILE: named }),
    () => readConfig({ ...elsewhere, SUPABASE_SERVICE_ROLE_KEY: "sb_secret_abc" }),
  ]) {
    expect(read).toThrow(
      `SUPABASE_URL: is https://elsewhere.example, but this executor is enrolled at https://enrolled.example. Enroll it there`,
    );
  }
  expect(readConfig({ STATE_DIR: folder, SUPABASE_URL: "https://enrolled.example/" }).credential).toEqual(own);
  expect(readEnrollConfig(elsewhere).supabaseUrl).toBe("https://elsewhere.example");
});

test("keys pass in clear over http, so that it is for this machine alone", () => {
  const read = (address: string) => () => readConfig({ ...NEEDED, SUPABASE_URL: address });
  for (const address of [
    "http://supabase.example",
    "http://192.168.1.4:54321",
    "http://127.0.0.1.evil.example",
    "ftp://a",
  ])
    expect(read(address)).toThrow("SUPABASE_URL: must be an https address");
  for (const address of ["http://localhost:54321", "http://127.0.0.2", "http://[::1]:54321", "https://10.0.0.7"])
    expect(read(address)().supabaseUrl).toBe(address);
});

test("a credential that others may read is refused, for running and for enrolling", async () => {
  await writeEnvFile(credentialFile(folder), ENROLLED);
  await chmod(credentialFile(folder), 0o644);
  for (const read of [readConfig, readEnrollConfig])
    expect(() => read({ STATE_DIR: folder })).toThrow(`chmod 600 '${credentialFile(folder)}'`);
});

test("half a credential, and one with a secret key in place of the public one, say what is wrong", () => {
  const { EXECUTOR_PASSWORD: _, ...half } = ENROLLED;
  expect(() => readConfig({ ...half, STATE_DIR: folder })).toThrow("EXECUTOR_PASSWORD: is missing. Enroll");
  const secret = { ...ENROLLED, STATE_DIR: folder, SUPABASE_PUBLISHABLE_KEY: "sb_secret_abc" };
  for (const read of [readConfig, readEnrollConfig])
    expect(() => read(secret)).toThrow("SUPABASE_PUBLISHABLE_KEY: must be the publishable key");
});

test("enrolling needs an address and the public key, and takes both from the credential before", async () => {
  expect(() => readEnrollConfig({ STATE_DIR: folder })).toThrow(
    /SUPABASE_URL: is missing[\s\S]*SUPABASE_PUBLISHABLE_KEY: is missing/,
  );
  await writeEnvFile(credentialFile(folder), ENROLLED);
  expect(readEnrollConfig({ STATE_DIR: folder, OWNER_ACCESS_TOKEN: "token" })).toEqual({
    supabaseUrl: "https://enrolled.example",
    publicKey: "sb_publishable_abc",
    executorId: "mini",
    displayName: hostname().slice(0, 80),
    stateDir: folder,
    ownerAccessToken: "token",
  });
});
