import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { isLoaded } from "../../dev/fakes/services/jobs.ts";
import { FAKE_SERVICES, MEMORY, readServiceCalls, setFakeServicesMode } from "../../dev/fakes/services/mode.ts";
import { install, uninstall } from "./install.ts";
import { keepingAwake } from "./keep-awake.ts";
import { createMachine, type Place } from "./machine.ts";
import { serviceManagerOf } from "./service-manager.ts";

const PATIENCE = { timeout: 60_000 };
const INPUT_OUTPUT = { exitCode: 5, stderr: "Bootstrap failed: 5: Input/output error" };
const NO_BUS = { exitCode: 1, stderr: "Failed to connect to bus: No medium found" };

let home: string;
let memory: string;
let said: string[];
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "hatchery-service-"));
  memory = join(home, "memory");
  said = [];
});
afterEach(async () => {
  setFakeServicesMode(memory, {});
  if (isLoaded(memory)) await uninstall(command("linux"));
  await rm(home, { recursive: true });
});

function place(platform: NodeJS.Platform, env: Record<string, string> = {}): Place {
  const tools = { PATH: `${FAKE_SERVICES}:/usr/bin:/bin`, HOME: home, [MEMORY]: memory };
  // Enough to be started with; nobody is there.
  const settings = { SUPABASE_URL: "http://127.0.0.1:9", SUPABASE_SERVICE_ROLE_KEY: "sb_secret_1234567890" };
  const folders = { STATE_DIR: join(home, "state"), OPENCLAW_HOME: home };
  return { platform, home, uid: 501, user: "ada", env: { ...tools, ...settings, ...folders, ...env } };
}

function command(platform: NodeJS.Platform, env: Record<string, string> = {}) {
  const say = (line: string) => void said.push(line);
  const machine = createMachine(place(platform, env), { isDryRun: false, say, mask: (text) => text });
  return { machine, manager: serviceManagerOf(machine), say };
}

const definition = (platform: NodeJS.Platform) => readFile(command(platform).manager.file, "utf8");

test("without a session at the screen a LaunchAgent is not installed, and the reason is given", PATIENCE, async () => {
  setFakeServicesMode(memory, { withoutSession: true });
  await expect(install(command("darwin"))).rejects.toThrow(
    /^Nobody is logged in at the screen of this Mac as ada.*not in one over SSH.*log in there/,
  );
  await expect(definition("darwin")).rejects.toThrow("ENOENT");
});

test("error 5 of launchd is tried again, and explained when it stays", PATIENCE, async () => {
  setFakeServicesMode(memory, { failing: { "launchctl bootstrap": { ...INPUT_OUTPUT, times: 2 } } });
  expect(await install(command("darwin"))).toBe(0);
  expect(isLoaded(memory)).toBe(true);
  await uninstall(command("darwin"));

  setFakeServicesMode(memory, { failing: { "launchctl bootstrap": INPUT_OUTPUT } });
  await expect(install(command("darwin"))).rejects.toThrow(
    /^launchctl bootstrap ended with 5 \(Bootstrap failed: 5: Input\/output error\): log out and in again.*plutil -lint/,
  );
});

test("a file that was removed by hand keeps nobody from ending what runs", PATIENCE, async () => {
  await install(command("darwin"));
  await rm(command("darwin").manager.file);
  expect(await uninstall(command("darwin"))).toBe(0);
  expect(isLoaded(memory)).toBe(false);
});

test("a checkout where macOS lets no service in is said", async () => {
  const { manager } = command("darwin");
  const program = { node: "/n", main: "/m", settingsFile: "/s", errorFile: "/e", build: "b" };
  const remarks = (folder: string) => manager.remarks({ ...program, workingDirectory: join(home, folder) });
  expect(await remarks("Documents/hatchery")).toEqual([expect.stringContaining("move the checkout out of Desktop")]);
  expect(await remarks("Documents2/hatchery")).toEqual([]);
});

test(
  "systemd that cannot be reached, a masked unit and a user who does not linger are explained",
  PATIENCE,
  async () => {
    setFakeServicesMode(memory, { failing: { "systemctl --user": NO_BUS } });
    await expect(install(command("linux"))).rejects.toThrow(
      /^systemd of ada cannot be reached \(Failed to connect to bus: No medium found\): .*sudo loginctl enable-linger ada$/,
    );
    setFakeServicesMode(memory, { isMasked: true });
    await expect(install(command("linux"))).rejects.toThrow("systemctl --user unmask hatchery-executor.service");
    await expect(definition("linux")).rejects.toThrow("ENOENT");

    setFakeServicesMode(memory, { lingers: true });
    await install(command("linux"));
    expect(said.join("\n")).not.toContain("enable-linger");
    setFakeServicesMode(memory, {});
    await install(command("linux", { CONCURRENCY: "2" }));
    expect(said).toContainEqual("It ends when ada logs out. To let it run on: sudo loginctl enable-linger ada");
  },
);

test("sudo, another system and a missing launchctl are refused with what to do", async () => {
  const sudo = { ...command("darwin"), machine: { ...command("darwin").machine, uid: 0, env: { SUDO_USER: "ada" } } };
  await expect(install(sudo)).rejects.toThrow("Install it without sudo");
  expect(() => command("win32")).toThrow("A service is installed on macOS and on Linux");
  await expect(install(command("darwin", { PATH: "/nowhere" }))).rejects.toThrow("launchctl is not on the PATH");
});

test("a Mac is kept awake while a request is worked on, and without caffeinate the work is done too", async () => {
  const gate = Promise.withResolvers<string>();
  const run = keepingAwake((word: string) => gate.promise.then((end) => word + end), place("darwin"))("do");
  await vi.waitFor(() => expect(readServiceCalls(memory)).toEqual([`caffeinate -i -w ${process.pid}`]), 10_000);
  gate.resolve("ne");
  expect(await run).toBe("done");
  await vi.waitFor(() => expect(readServiceCalls(memory).at(-1)).toBe("caffeinate ended"), 10_000);
  const without = keepingAwake(async () => "done", place("darwin", { PATH: "/nowhere" }));
  expect(await without()).toBe("done");
  expect(readServiceCalls(memory)).toHaveLength(2);
});
