import { execFileSync } from "node:child_process";
import { chmod, mkdir, mkdtemp, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { parse } from "plist";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readPlist, writePlist } from "./plist.ts";
import { lastingNode, type Program, whatIsStale } from "./program.ts";
import { readUnit, writeUnit } from "./unit.ts";

let folder: string;
beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), "hatchery-service-")));
});
afterEach(() => rm(folder, { recursive: true }));

const CHECKOUT = `Bob & Ann's 100% <lab> "of" $HOME`;

/** Paths as people have them, and a few that nobody should. */
const awkward = (): Program => ({
  node: join(folder, "a Node of ours", "bin", "node"),
  main: join(folder, CHECKOUT, "executor", "main.ts"),
  workingDirectory: join(folder, CHECKOUT),
  settingsFile: join(folder, "back\\slash", "hatchery.env"),
  errorFile: join(folder, "50%h logs", "executor.err"),
  build: "0123456789ab",
});

const hasTool = (name: string) => {
  try {
    execFileSync("which", [name]);
    return true;
  } catch {
    // Not on this machine.
    return false;
  }
};

test("the LaunchAgent says what launchd must know", () => {
  const program = awkward();
  expect(parse(writePlist("com.hatchery.executor", program))).toEqual({
    Label: "com.hatchery.executor",
    ProgramArguments: [program.node, program.main, "run"],
    WorkingDirectory: program.workingDirectory,
    EnvironmentVariables: {
      PATH: "/opt/homebrew/bin:/opt/homebrew/sbin:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin",
      HATCHERY_ENV_FILE: program.settingsFile,
      HATCHERY_ERROR_FILE: program.errorFile,
      HATCHERY_BUILD: program.build,
    },
    ...{ RunAtLoad: true, KeepAlive: true, ThrottleInterval: 10, ExitTimeOut: 90, Umask: 63 },
    ...{ SoftResourceLimits: { NumberOfFiles: 8192 }, HardResourceLimits: { NumberOfFiles: 8192 } },
    ...{ ProcessType: "Interactive", StandardOutPath: program.errorFile, StandardErrorPath: program.errorFile },
  });
});

test("the unit says what systemd must know", () => {
  const lines = writeUnit(awkward()).split("\n");
  // SIGTERM goes to the executor alone: what it has started it ends itself, in order.
  for (const line of [
    "KillMode=mixed",
    "TimeoutStopSec=90",
    "Restart=always",
    "UMask=0077",
    "LimitNOFILE=8192",
    "WantedBy=default.target",
  ])
    expect(lines).toContain(line);
});

test("each definition is read back as it was, and another one is refused", () => {
  const program = awkward();
  expect(readPlist(writePlist("com.hatchery.executor", program))).toEqual(program);
  expect(readUnit(writeUnit(program))).toEqual(program);
  expect(() => readPlist("<plist/>")).toThrow();
  expect(() => readUnit("[Service]\nExecStart=/bin/true\n")).toThrow();
});

// Debian's libplist-utils has it.
test.skipIf(!hasTool("plistutil"))("another reader of plists takes it too", () => {
  const text = writePlist("com.hatchery.executor", awkward());
  const convert = (input: string | Buffer, format: string) => execFileSync("plistutil", ["-f", format], { input });
  const binary = convert(text, "bin");
  expect(binary.subarray(0, 6).toString()).toBe("bplist");
  expect(parse(convert(binary, "xml").toString())).toEqual(parse(text));
});

test.skipIf(!hasTool("systemd-analyze"))("systemd itself finds nothing wrong with the unit", async () => {
  const program = awkward();
  const file = join(folder, "hatchery-executor.service");
  for (const path of [program.node, program.main, program.errorFile]) {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, "");
  }
  await chmod(program.node, 0o755);
  const env = { PATH: "/usr/bin:/bin", HOME: folder, XDG_RUNTIME_DIR: folder };
  const verify = () =>
    execFileSync("systemd-analyze", ["verify", "--user", file], { env, encoding: "utf8", stdio: "pipe" });
  await writeFile(file, writeUnit(program));
  expect(verify()).toBe("");
  await rm(program.node);
  expect(verify).toThrow("is not executable");
});

test("Homebrew's Node is named by the link that outlives an upgrade", async () => {
  const cellar = join(folder, "Cellar", "node@24", "24.16.0", "bin", "node");
  await mkdir(dirname(cellar), { recursive: true });
  await writeFile(cellar, "");
  expect(lastingNode(cellar)).toBe(cellar);
  await mkdir(join(folder, "opt"));
  await symlink("../Cellar/node@24/24.16.0", join(folder, "opt", "node@24"));
  expect(lastingNode(cellar)).toBe(join(folder, "opt", "node@24", "bin", "node"));
  expect(lastingNode("/usr/bin/node")).toBe("/usr/bin/node");
});

test("what is installed is stale when its Node, its checkout or its code is another one", async () => {
  const here = awkward();
  for (const path of [here.node, here.main]) {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, "");
  }
  expect(whatIsStale(here, here)).toEqual([]);
  expect(whatIsStale({ ...here, node: process.execPath, main: here.node }, here)).toEqual([
    expect.stringContaining("another Node"),
    expect.stringContaining("another checkout"),
  ]);
  expect(whatIsStale({ ...here, node: "/gone", main: "/gone" }, here)).toEqual([
    "Its Node is gone: /gone",
    "Its checkout is gone: /gone",
  ]);
  expect(whatIsStale({ ...here, build: "older" }, here)).toEqual(["It was installed before this checkout changed"]);
});
