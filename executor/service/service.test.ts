import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { createClient } from "@supabase/supabase-js";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { FAKE_OPENCLAW } from "../../dev/fakes/openclaw/sandbox.ts";
import { isLoaded, readJobState } from "../../dev/fakes/services/jobs.ts";
import { FAKE_SERVICES, MEMORY, readServiceCalls, setFakeServicesMode } from "../../dev/fakes/services/mode.ts";
import { startExecutorStack } from "../../dev/testing/executor-stack.ts";
import type { Database } from "../../supabase/database.types.ts";
import { beat, create, requestRow } from "../../supabase/tests/road.ts";
import { readStanding } from "./standing.ts";

const MAIN = fileURLToPath(new URL("../main.ts", import.meta.url));
const AS_MAC = fileURLToPath(new URL("../../dev/fakes/services/as-mac.ts", import.meta.url));
const SECRET_SETTING = "SUPABASE_SERVICE_ROLE_KEY";

/** Each command is a process that has to start, and starts more of them. */
const PATIENCE = { timeout: 120_000 };
const eventually = (assertion: () => unknown) => vi.waitFor(assertion, { timeout: 40_000, interval: 100 });

let world: Awaited<ReturnType<typeof startExecutorStack>>;
let home: string;
let memory: string;

beforeAll(async () => {
  world = await startExecutorStack();
});
beforeEach(async () => {
  home = await world.newHome();
  memory = join(home, "memory-of-the-stand-ins");
  await mkdir(memory);
});
afterAll(() => world.stop());

const LAUNCHD = {
  kind: "launchd",
  file: "Library/LaunchAgents/com.hatchery.executor.plist",
  options: `--import ${AS_MAC}`,
};
const SYSTEMD = { kind: "systemd", file: ".config/systemd/user/hatchery-executor.service", options: "" };

/** Which of the two this test is about. */
let under = SYSTEMD;
afterEach(async () => {
  setFakeServicesMode(memory, {});
  if (isLoaded(memory)) await executor("uninstall");
  await world.clear();
  await world.database.query("truncate public.executors cascade");
});

function begin(args: string[], settings: Record<string, string> = {}) {
  const child = spawn(process.execPath, [MAIN, ...args], {
    env: {
      ...{ PATH: `${FAKE_SERVICES}:/usr/bin:/bin`, HOME: home, [MEMORY]: memory, NODE_OPTIONS: under.options },
      ...settings,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  return child;
}

async function executor(command: string, settings: Record<string, string> = {}) {
  const child = begin(command.split(" "), settings);
  const [[code], stdout, stderr] = await Promise.all([once(child, "exit"), text(child.stdout), text(child.stderr)]);
  return { code, stdout, stderr };
}

const settings = () => ({
  SUPABASE_URL: world.stack.apiUrl,
  [SECRET_SETTING]: world.stack.secretKey,
  EXECUTOR_ID: "mini",
  OPENCLAW_BIN: FAKE_OPENCLAW,
  SWEEP_SECONDS: "1",
});
const install = (more: Record<string, string> = {}) => executor("install", { ...settings(), ...more });
const settingsFile = () => join(home, ".hatchery", "hatchery.env");
const isHeardOf = () =>
  eventually(async () => expect(await world.database.query("select from public.executors")).toHaveLength(1));
const runningPid = () => {
  const { pid } = readJobState(memory);
  if (pid === null) throw new Error("It does not run");
  return pid;
};
async function filesInHome(): Promise<string[]> {
  const entries = await readdir(home, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => !entry.isDirectory());
  return files.map((entry) => relative(home, join(entry.parentPath, entry.name))).toSorted();
}

describe.each([LAUNCHD, SYSTEMD])("as a service of $kind", (service) => {
  const { kind, file } = service;
  beforeEach(() => {
    under = service;
  });
  test("install makes it run and do requests, and a second one finds nothing to do", PATIENCE, async () => {
    const installed = await install();
    expect(installed).toMatchObject({ code: 0, stderr: "" });
    expect(installed.stdout).toContain(`Installed as ${join(home, file)}`);

    const definition = await readFile(join(home, file), "utf8");
    expect(definition).not.toContain(world.stack.secretKey);
    expect((await stat(join(home, file))).mode & 0o777).toBe(0o644);
    expect(await readFile(settingsFile(), "utf8")).toContain(`${SECRET_SETTING}=${world.stack.secretKey}\n`);
    expect((await stat(settingsFile())).mode & 0o777).toBe(0o600);

    const { request } = await create(world.database);
    await eventually(async () =>
      expect(await requestRow(world.database, request.id)).toMatchObject({ status: "done" }),
    );
    const status = await executor("status");
    expect(status, status.stdout).toMatchObject({ code: 0, stderr: "" });
    expect(status.stdout).toMatch(
      new RegExp(
        `Runs as process ${runningPid()}\n[\\s\\S]*log: .*executor.log\n.*heard of mini \\d+ s ago\n.*0 waiting, 0 running`,
      ),
    );

    const pid = runningPid();
    const calls = readServiceCalls(memory).length;
    expect(await executor("install")).toEqual({
      ...{ code: 0, stderr: "", stdout: `Already installed and running as process ${pid}\n` },
    });
    expect(readServiceCalls(memory).slice(calls).join("\n")).not.toMatch(/bootout|restart|bootstrap/);
    expect(runningPid()).toBe(pid);
  });

  test("a new setting and a service of another Node are put in place, and it starts anew", PATIENCE, async () => {
    await install();
    const first = runningPid();
    const added = await install({ CONCURRENCY: "5", SWEEP_SECONDS: "7" });
    expect(added.stdout).toContain("and not as the environment does: SWEEP_SECONDS");
    expect(await readFile(settingsFile(), "utf8")).toMatch(/SWEEP_SECONDS=1\n[\s\S]*CONCURRENCY=5\n$/);
    const second = runningPid();
    expect(second).not.toBe(first);

    const definition = await readFile(join(home, file), "utf8");
    const older = definition
      .replace(process.execPath, "/opt/gone/node")
      .replace(/(?<=HATCHERY_BUILD.*?)\b[0-9a-f]{12}\b/s, "0123456789ab");
    await writeFile(join(home, file), older);
    const stale = await executor("status");
    expect(stale.stdout).toMatch(
      /warn {2}service {3}Its Node is gone: \/opt\/gone\/node\n +-> npm run executor -- install/,
    );
    expect(stale.stdout).toContain("It was installed before this checkout changed");

    expect(await executor("install")).toMatchObject({ code: 0 });
    expect(await readFile(join(home, file), "utf8")).toBe(definition);
    expect(runningPid()).not.toBe(second);
    expect((await executor("status")).stdout).not.toContain("warn");
  });

  test("it comes back after a crash, and says why when it cannot", PATIENCE, async () => {
    await install();
    await isHeardOf();
    const pid = runningPid();
    process.kill(pid, "SIGKILL");
    await eventually(() => expect(runningPid()).not.toBe(pid));

    await writeFile(settingsFile(), `${await readFile(settingsFile(), "utf8")}CONCURRENCY=0\n`);
    process.kill(runningPid(), "SIGKILL");
    await eventually(() => expect(readJobState(memory).lastExit).toBe(2));
    await eventually(async () => {
      const { code, stdout } = await executor("status");
      expect({ code, stdout }).toMatchObject({
        code: 1,
        stdout: expect.stringMatching(
          /ended with code 2, because of wrong settings[\s\S]*It said: .*CONCURRENCY: must be/,
        ),
      });
    });
    expect((await executor("status")).stdout).toMatch(/fail {2}settings[\s\S]*CONCURRENCY: must be a whole number/);
  });

  test("stop lasts until start, and the database says since when", PATIENCE, async () => {
    await install();
    await isHeardOf();
    const stopped = await executor("stop");
    expect(stopped).toMatchObject({ code: 0, stdout: expect.stringContaining("Stopped, also after a restart") });
    expect(isLoaded(memory)).toBe(false);
    const marker = kind === "launchd" ? "disabled" : "enabled";
    const isThere = async () => (await readdir(memory)).includes(marker);
    expect(await isThere()).toBe(kind === "launchd");

    await world.database.query("update public.executors set last_seen_at = now() - interval '91 s'");
    const status = await executor("status");
    expect(status.code).toBe(1);
    expect(status.stdout).toMatch(/fail {2}process {3}Stopped\n +-> npm run executor -- start\n/);
    expect(status.stdout).toMatch(/fail {2}database {2}The database heard of mini \d{2,3} s ago/);

    expect(await executor("start")).toMatchObject({ code: 0, stderr: "" });
    expect(await isThere()).toBe(kind === "systemd");
    expect((await executor("start")).stdout).toBe(`Already running as process ${runningPid()}\n`);
    await eventually(async () => expect((await executor("status")).code).toBe(0));
  });

  test("uninstall ends it, and leaves what it says stays", PATIENCE, async () => {
    await rm(memory, { recursive: true });
    memory = `${home}-memory`;
    await mkdir(memory);
    await install();
    await isHeardOf();
    const pid = runningPid();
    const { code, stdout } = await executor("uninstall");
    expect(code).toBe(0);
    expect(stdout).toContain(settingsFile());
    expect(() => process.kill(pid, 0)).toThrow("ESRCH");
    const others = (await filesInHome()).filter(
      (name) => !name.startsWith(".hatchery/") && !name.startsWith("fake-openclaw"),
    );
    expect(others).toEqual([]);
    expect(await readFile(settingsFile(), "utf8")).toContain(SECRET_SETTING);
    expect(await executor("status")).toMatchObject({ code: 1, stdout: expect.stringContaining("Not installed") });
    expect(await executor("uninstall")).toMatchObject({ code: 0, stdout: "Nothing is installed\n" });
    expect(await executor("start")).toMatchObject({ code: 1, stderr: expect.stringContaining("-- install") });
  });

  test("a dry run says all of it, without the secrets, and does nothing", PATIENCE, async () => {
    const before = await filesInHome();
    const dry = await executor("install --dry-run", settings());
    expect(dry).toMatchObject({ code: 0, stderr: "" });
    expect(dry.stdout).toContain(`Would write ${join(home, file)} (mode 644)`);
    expect(dry.stdout).toContain(`Would write ${settingsFile()} (mode 600)`);
    expect(dry.stdout).toContain(`${SECRET_SETTING}=[hidden]`);
    expect(dry.stdout).not.toContain(world.stack.secretKey);
    expect(dry.stdout).toContain(
      kind === "launchd" ? "Would run launchctl bootstrap gui/" : "enable hatchery-executor",
    );
    const without = (names: string[]) => names.filter((name) => !name.startsWith("memory-"));
    expect(without(await filesInHome())).toEqual(without(before));
    expect(isLoaded(memory)).toBe(false);

    await install();
    const pid = runningPid();
    const definition = await readFile(join(home, file), "utf8");
    expect((await executor("stop --dry-run")).stdout).toContain("Would run");
    const gone = await executor("uninstall --dry-run");
    expect(gone.stdout).toContain(`Would remove ${join(home, file)}`);
    expect(runningPid()).toBe(pid);
    expect(await readFile(join(home, file), "utf8")).toBe(definition);
  });
});

describe("as a service of either", () => {
  beforeEach(() => {
    under = SYSTEMD;
  });

  test("what it says at each failing start does not fill the disk", PATIENCE, async () => {
    await install();
    const errorFile = join(home, ".hatchery", "logs", "executor.err");
    await writeFile(errorFile, "x".repeat(1024 * 1024 + 1), { flag: "a" });
    process.kill(runningPid(), "SIGKILL");
    await eventually(async () => expect((await stat(errorFile)).size).toBeLessThan(1000));
  });

  test("logs prints the end of the log, and follows it into the next file", PATIENCE, async () => {
    await install();
    const log = join(home, ".hatchery", "logs", "executor.log");
    await eventually(async () => expect(await readFile(log, "utf8")).toContain("executor started"));
    await executor("stop");
    await writeFile(log, "one\ntwo\n");
    expect(await executor("logs -n 1")).toEqual({ code: 0, stdout: "two\n", stderr: "" });

    const following = begin(["logs", "-f", "-n", "2"]);
    let seen = "";
    following.stdout.on("data", (chunk) => {
      seen += chunk;
    });
    await eventually(() => expect(seen).toBe("one\ntwo\n"));
    await rename(log, `${log}.1`);
    await writeFile(log, "three\n");
    await eventually(() => expect(seen).toBe("one\ntwo\nthree\n"));
    following.kill("SIGINT");
    const [code] = await once(following, "exit");
    expect(code).toBe(0);
    const { stdout: left } = await promisify(execFile)("ps", ["-axo", "args"]);
    expect(left).not.toContain(log);
  });

  test("what run could not start with is refused before anything is written", PATIENCE, async () => {
    const before = await filesInHome();
    const none = await executor("install", { SUPABASE_URL: world.stack.apiUrl });
    expect(none).toMatchObject({ code: 2, stderr: expect.stringContaining("npm run executor -- enroll") });
    expect(await filesInHome()).toEqual(before);
    await mkdir(dirname(settingsFile()));
    await writeFile(settingsFile(), "CONCURRENCY=2\n", { mode: 0o644 });
    const open = await install();
    expect(open).toMatchObject({ code: 1, stderr: expect.stringContaining(`chmod 600 '${settingsFile()}'`) });
    expect((await executor("install --fast")).stderr).toContain("Unknown option '--fast'");
    expect(await filesInHome()).toEqual([".hatchery/hatchery.env"]);
  });
});

test("how long an enrolled executor has been silent is the database's word, also when nobody else gets in", async () => {
  const account = { email: "executor-1@hatchery.invalid", password: "a long password" };
  const machine = await world.stack.auth.createUser(account);
  await world.database.query("insert into private.executor_credentials (user_id, executor_id) values ($1, 'mini')", [
    machine.id,
  ]);
  await world.database.query(`update private.settings set value = '"members"' where key = 'access_mode'`);
  const enrolled = createClient<Database>(world.stack.apiUrl, world.stack.publishableKey);
  expect((await enrolled.auth.signInWithPassword(account)).error).toBeNull();
  const never = { silentSeconds: null, problem: null, queued: 0, running: 0 };
  expect(await readStanding(enrolled, "mini")).toEqual(never);

  await beat(world.database);
  await create(world.database);
  await world.database.query("update public.executors set last_seen_at = now() - interval '1 hour'");
  const { silentSeconds, ...others } = await readStanding(enrolled, "mini");
  expect(silentSeconds).toBeGreaterThanOrEqual(3600);
  expect(others).toEqual({ problem: null, queued: 1, running: 0 });
  await expect(readStanding(enrolled, "another")).rejects.toThrow(/^key refused\. Enroll this executor again/);
});
