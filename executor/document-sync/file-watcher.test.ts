import { mkdir, mkdtemp, realpath, rename, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { eventually } from "../../dev/testing/executor-stack.ts";
import { createFileWatcher, type FileWatcher } from "./file-watcher.ts";

let root: string;
let watcher: FileWatcher;
let seen: string[];
const dir = (name: string) => join(root, `workspace-${name}`);

beforeEach(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), "hatchery-watch-")));
  for (const name of ["a", "b"]) await mkdir(dir(name));
  seen = [];
  watcher = createFileWatcher({
    onChange: (folder, file) => seen.push(`${folder.at(-1)} ${file}`),
    onBroken: (error) => seen.push(error.message),
    today: () => "2026-11-23",
  });
});
afterEach(async () => {
  await watcher.close();
  await rm(root, { recursive: true, force: true });
});

/** Follows these, and waits until events flow for each. */
async function follow(...names: string[]): Promise<void> {
  watcher.follow(names.map(dir));
  for (const name of names) await untilSeen(name, "USER.md");
  seen.length = 0;
}

/** Writes to this file until an event tells of it, so that everything written before has been told of as well. */
async function untilSeen(name: string, file: string): Promise<void> {
  await eventually(async () => {
    await writeFile(join(dir(name), file), String(performance.now()));
    expect(seen).toContain(`${name} ${file}`);
  });
}

/** But for the file by which `follow` knows, whose last event may be late. */
const told = () => new Set(seen.filter((one) => !one.endsWith("USER.md")));

test("it tells of documents and daily notes, also of a first one, and of nothing else in a workspace", async () => {
  await mkdir(join(dir("a"), ".git"));
  await mkdir(join(dir("a"), "memory"));
  await writeFile(join(dir("a"), "memory/2026-11-22.md"), "yesterday");
  await follow("a", "b");
  for (const file of [
    "other.md",
    ".SOUL.md.hatchery",
    ".git/SOUL.md",
    "memory/2026-11-22.md",
    "memory/SOUL.md",
    "soul.md",
  ])
    await writeFile(join(dir("a"), file), "not looked at");
  await writeFile(join(dir("a"), "SOUL.md"), "told");
  await mkdir(join(dir("b"), "memory"));
  await untilSeen("b", "memory/2026-11-23.md");
  await untilSeen("a", "MEMORY.md");
  expect(told()).toEqual(new Set(["a SOUL.md", "b memory/2026-11-23.md", "a MEMORY.md"]));
});

test("it tells of a file that is replaced or removed", async () => {
  await writeFile(join(dir("a"), "SOUL.md"), "old");
  await follow("a");
  await writeFile(join(dir("a"), "new"), "new");
  await rename(join(dir("a"), "new"), join(dir("a"), "SOUL.md"));
  await eventually(() => expect(seen).toContain("a SOUL.md"));
  seen.length = 0;
  await rm(join(dir("a"), "SOUL.md"));
  await eventually(() => expect(seen).toContain("a SOUL.md"));
});

test("it follows no link out of a workspace", async () => {
  const outside = join(root, "outside");
  await mkdir(outside);
  await symlink(outside, join(dir("a"), "memory"));
  await follow("a");
  await writeFile(join(outside, "2026-11-23.md"), "not looked at");
  await untilSeen("a", "MEMORY.md");
  expect(told()).toEqual(new Set(["a MEMORY.md"]));
});

test("a folder that is followed no more is not told of, until it is again", async () => {
  await follow("a", "b");
  watcher.follow([dir("a")]);
  await writeFile(join(dir("b"), "SOUL.md"), "not looked at");
  await untilSeen("a", "MEMORY.md");
  expect(told()).toEqual(new Set(["a MEMORY.md"]));
  await follow("a", "b");
});

test("a workspace that was removed and made again is told of once it is named again", async () => {
  await follow("a");
  await rm(dir("a"), { recursive: true });
  await mkdir(dir("a"));
  await eventually(async () => {
    watcher.follow([dir("a")]);
    await writeFile(join(dir("a"), "SOUL.md"), String(performance.now()));
    expect(seen).toContain("a SOUL.md");
  });
});
