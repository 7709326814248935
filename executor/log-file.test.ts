import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, readlinkSync } from "node:fs";
import { chmod, mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openLogFile } from "./log-file.ts";

let folder: string;
let file: string;
const said: string[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "hatchery-log-"));
  file = join(folder, "logs", "executor.log");
});
afterEach(async () => {
  said.length = 0;
  await rm(folder, { recursive: true, force: true });
});

const complain = (sentence: string) => said.push(sentence);
const line = (number: number) => `{"n":${String(number).padStart(4, "0")}}\n`;
const linesIn = async (...names: string[]) =>
  (await Promise.all(names.map((name) => readFile(join(folder, "logs", name), "utf8")))).join("");

test("lines go on in a new file before the old one is too large, and the oldest files go", async () => {
  const log = openLogFile({ file, maxBytes: line(0).length * 3, kept: 2, complain });
  for (let number = 1; number <= 11; number += 1) log.write(line(number));
  log.close();
  expect((await readdir(join(folder, "logs"))).sort()).toEqual(["executor.log", "executor.log.1", "executor.log.2"]);
  expect(await linesIn("executor.log.2", "executor.log.1", "executor.log")).toBe(
    [4, 5, 6, 7, 8, 9, 10, 11].map(line).join(""),
  );
  expect((await stat(join(folder, "logs"))).mode & 0o777).toBe(0o700);
  for (const name of await readdir(join(folder, "logs")))
    expect((await stat(join(folder, "logs", name))).mode & 0o777).toBe(0o600);
  expect(said).toEqual([]);
});

test("a later start goes on in the same file, and a line larger than the limit is kept whole", async () => {
  const large = `${"x".repeat(500)}\n`;
  for (const written of [line(1), line(2), large]) {
    const log = openLogFile({ file, maxBytes: 100, complain });
    log.write(written);
    log.close();
  }
  expect(await linesIn("executor.log.1", "executor.log")).toBe(line(1) + line(2) + large);
});

test("a file that cannot be put aside grows, which is said once, and no line is lost", async () => {
  const log = openLogFile({ file, maxBytes: 20, complain });
  // Where the next file would be opened.
  await mkdir(`${file}.next`);
  for (let number = 1; number <= 6; number += 1) log.write(line(number));
  expect(await linesIn("executor.log")).toBe([1, 2, 3, 4, 5, 6].map(line).join(""));
  expect(said).toEqual([expect.stringContaining("cannot be put aside, and grows")]);
  await rm(`${file}.next`, { recursive: true });
  log.write(line(7));
  log.close();
  expect(await linesIn("executor.log")).toBe(line(7));
});

test.skipIf(!existsSync("/proc/self/fd"))("a rotation that fails half-way leaves no file open", async () => {
  const log = openLogFile({ file, maxBytes: 20, kept: 1, complain });
  await mkdir(`${file}.1`);
  for (let number = 1; number <= 6; number += 1) log.write(line(number));
  const open = readdirSync("/proc/self/fd").flatMap((fd) => {
    try {
      return [readlinkSync(`/proc/self/fd/${fd}`)];
    } catch {
      // That of the listing itself.
      return [];
    }
  });
  log.close();
  expect(open.filter((path) => path.startsWith(file))).toEqual([file]);
  expect(await linesIn("executor.log")).toBe([1, 2, 3, 4, 5, 6].map(line).join(""));
  expect(said).toEqual([expect.stringContaining("cannot be put aside, and grows")]);
});

test("a file that others could read is closed to them", async () => {
  openLogFile({ file, complain }).close();
  await chmod(file, 0o644);
  openLogFile({ file, complain }).close();
  expect((await stat(file)).mode & 0o777).toBe(0o600);
});

test("what a full disk refuses waits in memory, which is said once, and is there in order afterwards", async () => {
  // A limit on the size of files, which can be lifted again, is how a full disk looks to a process.
  const module = new URL("./log-file.ts", import.meta.url).href;
  const code = `process.on("SIGXFSZ", () => undefined);
    const { openLogFile } = await import(${JSON.stringify(module)});
    const { execFileSync } = await import("node:child_process");
    const log = openLogFile({ file: ${JSON.stringify(file)}, complain: (words) => console.log(words) });
    for (let n = 1; n <= 1000; n += 1) log.write(JSON.stringify({ n }).padEnd(99) + "\\n");
    execFileSync("prlimit", ["--pid", String(process.pid), "--fsize=unlimited:unlimited"]);
    log.write('{"n":1001}\\n');`;
  const limited = ["-c", 'ulimit -S -f 20; exec "$0" --input-type=module -e "$1"', process.execPath, code];
  const child = spawn("bash", limited, { stdio: ["ignore", "pipe", "inherit"] });
  const [[exitCode], words] = await Promise.all([once(child, "exit"), text(child.stdout)]);
  expect(exitCode).toBe(0);
  expect(words.trim().split("\n")).toEqual([
    expect.stringMatching(/cannot be written, and lines wait in memory: EFBIG/),
    expect.stringMatching(/is written again; lines that are missing: 0$/),
  ]);
  const numbers = (await linesIn("executor.log"))
    .trim()
    .split("\n")
    .map((one) => JSON.parse(one).n);
  expect(numbers).toEqual(Array.from({ length: 1001 }, (_, index) => index + 1));
});

test("when somebody takes the file or its folder away, lines go on in a new one that is closed to others", async () => {
  const log = openLogFile({ file, maxBytes: line(0).length * 2, complain });
  log.write(line(1));
  await rm(file);
  for (const number of [2, 3]) log.write(line(number));
  expect(await linesIn("executor.log")).toBe(line(2) + line(3));
  await rename(file, join(folder, "elsewhere"));
  log.write(line(4));
  expect(await linesIn("executor.log")).toBe(line(4));
  await rm(join(folder, "logs"), { recursive: true });
  log.write(line(5));
  log.close();
  expect(await linesIn("executor.log")).toBe(line(5));
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect(said).toEqual([]);
});

test("a file that was taken away and cannot be opened anew is said once, and is there again when it can", async () => {
  const log = openLogFile({ file, complain });
  log.write(line(1));
  await rm(join(folder, "logs"), { recursive: true });
  await writeFile(join(folder, "logs"), "Not a folder");
  for (const number of [2, 3]) log.write(line(number));
  expect(said).toEqual([expect.stringContaining("cannot be opened anew, and lines wait in memory")]);
  await rm(join(folder, "logs"));
  log.write(line(4));
  log.close();
  expect(await linesIn("executor.log")).toBe([2, 3, 4].map(line).join(""));
});
