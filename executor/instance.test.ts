import { spawn } from "node:child_process";
import { once } from "node:events";
import { cp, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { becomeInstance } from "./instance.ts";
import { AlreadyRunningError } from "./one-process.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "hatchery-instance-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Another process that holds the folder, as an executor does. */
async function startHolder(stateDir: string) {
  const module = new URL("./instance.ts", import.meta.url).href;
  const code = `const { becomeInstance } = await import(${JSON.stringify(module)});
    globalThis.held = await becomeInstance(${JSON.stringify(stateDir)});
    console.log(held.id); setInterval(() => globalThis.gc(), 50);`;
  const child = spawn(process.execPath, ["--expose-gc", "--input-type=module", "-e", code], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [line] = await once(child.stdout, "data");
  return {
    pid: child.pid,
    id: String(line).trim(),
    async kill(signal: NodeJS.Signals) {
      const ended = once(child, "exit");
      child.kill(signal);
      if (signal !== "SIGSTOP") await ended;
    },
  };
}

test("a folder has one process; the second is refused with the pid of the first", async () => {
  const first = await startHolder(join(folder, "state"));
  const refused = becomeInstance(join(folder, "state"));
  await expect(refused).rejects.toThrow(AlreadyRunningError);
  await expect(refused).rejects.toThrow(`already running as process ${first.pid}`);
  await first.kill("SIGSTOP");
  await expect(becomeInstance(join(folder, "state"))).rejects.toThrow(AlreadyRunningError);
  await first.kill("SIGKILL");
});

test("whoever comes after a kill -9 has the folder at once, and names everybody before it", async () => {
  const first = await startHolder(folder);
  await first.kill("SIGKILL");
  const second = await startHolder(folder);
  await second.kill("SIGKILL");
  using third = await becomeInstance(folder);
  expect(third.replaces).toEqual([second.id, first.id]);
  expect([first.id, second.id]).not.toContain(third.id);
});

test("only so many are named as the database could have missed", async () => {
  let count = 0;
  for (let start = 0; start < 30; start += 1) {
    using instance = await becomeInstance(folder);
    count = instance.replaces.length;
  }
  expect(count).toBe(20);
});

test("a copy of the folder, and a file that a crash cut short, follow nobody", async () => {
  const home = join(folder, "one");
  (await becomeInstance(home))[Symbol.dispose]();
  await cp(home, join(folder, "copy"), { recursive: true });
  using copy = await becomeInstance(join(folder, "copy"));
  expect(copy.replaces).toEqual([]);
  await writeFile(join(home, "instance.json"), '{"pid": 1');
  using again = await becomeInstance(home);
  expect(again.replaces).toEqual([]);
  expect((await stat(join(home, "instance.json"))).mode & 0o777).toBe(0o600);
});

test("a copy of the whole disk on another machine follows nobody; a machine without an id goes by the file alone", async () => {
  const startOn = async (machine: string | undefined) => {
    using instance = await becomeInstance(folder, async () => machine);
    return instance;
  };
  const first = await startOn("one");
  const second = await startOn("one");
  expect(second.replaces).toEqual([first.id]);
  const elsewhere = await startOn("two");
  expect(elsewhere.replaces).toEqual([]);
  const unknown = await startOn(undefined);
  expect(unknown.replaces).toEqual([elsewhere.id]);
  expect((await startOn("one")).replaces).toEqual([unknown.id, elsewhere.id]);
});

test("a lock file that is something else is named, with what to do, and left as it is", async () => {
  const lock = join(folder, "instance.lock");
  const text = "not ours ".repeat(200);
  await writeFile(lock, text);
  await expect(becomeInstance(folder)).rejects.toThrow(/instance\.lock.*remove it, or set STATE_DIR/);
  expect(await readFile(lock, "utf8")).toBe(text);
});
