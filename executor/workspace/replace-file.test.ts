import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  linkSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { readdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { beforeEach, expect, onTestFinished, test } from "vitest";
import { openWorkspace, readWorkspaceFile, replaceWorkspaceFile, takeDisplaced, type Workspace } from "../workspace.ts";
import type { ListFolder } from "./entry.ts";

let workspace: Workspace;
beforeEach(async () => {
  const root = realpathSync(mkdtempSync(join(tmpdir(), "hatchery-replace-")));
  onTestFinished(() => rmSync(root, { recursive: true }));
  workspace = await openWorkspace(root, "ricky");
});

const pathOf = (file: string) => join(workspace.dir, file);
const write = (file: string, text: string) => writeFileSync(pathOf(file), text);
const DISPLACED = ".SOUL.md.hatchery-displaced";

/** Does this while the folder is looked at, which is after the caller has read the file and before it is replaced. */
const meanwhile =
  (act: () => void): ListFolder =>
  async (folder) => {
    const names = await readdir(folder);
    act();
    return names;
  };

test("what was written after the last look is displaced, and lies on disk until it is let go", async () => {
  write("SOUL.md", "As it was read");
  const saved = meanwhile(() => write("SOUL.md", "Saved in that moment"));
  const { displaced } = await replaceWorkspaceFile(workspace, "SOUL.md", "Ours", saved);
  expect(displaced?.text).toBe("Saved in that moment");
  expect(await readWorkspaceFile(workspace, "SOUL.md")).toBe("Ours");
  expect(readFileSync(pathOf(DISPLACED), "utf8")).toBe("Saved in that moment");
  await displaced?.forget();
  expect(readdirSync(workspace.dir)).toEqual(["SOUL.md"]);
});

test("what was displaced and is no text is kept on disk, and nothing is written there until a person has moved it", async () => {
  write("SOUL.md", "As it was read");
  const grown = meanwhile(() => write("SOUL.md", "x".repeat(1024 * 1024 + 1)));
  const refused = { code: "workspace_unsafe", message: expect.stringContaining(DISPLACED) };
  await expect(replaceWorkspaceFile(workspace, "SOUL.md", "Ours", grown)).rejects.toMatchObject(refused);
  await expect(takeDisplaced(workspace, "SOUL.md")).rejects.toMatchObject(refused);
  await expect(replaceWorkspaceFile(workspace, "SOUL.md", "Ours once more")).rejects.toMatchObject(refused);
  expect(await readWorkspaceFile(workspace, "SOUL.md")).toBe("Ours");
  expect(statSync(pathOf(DISPLACED)).size).toBe(1024 * 1024 + 1);
  renameSync(pathOf(DISPLACED), pathOf("moved"));
  expect(await takeDisplaced(workspace, "SOUL.md")).toBeNull();
});

test("a write that was cut off before the exchange leaves nothing to take, and its file reads as ever", async () => {
  write("SOUL.md", "Old");
  write(".SOUL.md.hatchery", "Half a te");
  linkSync(pathOf("SOUL.md"), pathOf(DISPLACED));
  expect(await readWorkspaceFile(workspace, "SOUL.md")).toBe("Old");
  expect(await takeDisplaced(workspace, "SOUL.md")).toBeNull();
  expect(readdirSync(workspace.dir)).toEqual(["SOUL.md"]);
});

test("a write that was cut off after the exchange gives its displaced text again and again, until it is let go", async () => {
  write("SOUL.md", "Ours");
  write(DISPLACED, "Theirs");
  expect((await takeDisplaced(workspace, "SOUL.md"))?.text).toBe("Theirs");
  const left = await takeDisplaced(workspace, "SOUL.md");
  expect(left?.text).toBe("Theirs");
  await left?.forget();
  expect(await takeDisplaced(workspace, "SOUL.md")).toBeNull();
  expect(readdirSync(workspace.dir)).toEqual(["SOUL.md"]);
});

test("what somebody put there since is not let go in its place", async () => {
  write(DISPLACED, "Theirs");
  const left = await takeDisplaced(workspace, "SOUL.md");
  write("another", "Somebody's own");
  renameSync(pathOf("another"), pathOf(DISPLACED));
  await left?.forget();
  expect(readFileSync(pathOf(DISPLACED), "utf8")).toBe("Somebody's own");
});

test("the memory folder is made for the first note alone, readable for all whatever the umask says", async () => {
  const note = "memory/2026-11-27.md";
  expect(await readWorkspaceFile(workspace, note)).toBeNull();
  expect(await takeDisplaced(workspace, note)).toBeNull();
  expect(readdirSync(workspace.dir)).toEqual([]);
  const before = process.umask(0o077);
  onTestFinished(() => void process.umask(before));
  await replaceWorkspaceFile(workspace, note, "Tea at four");
  expect(await readWorkspaceFile(workspace, note)).toBe("Tea at four");
  expect([statSync(pathOf("memory")).mode & 0o777, statSync(pathOf(note)).mode & 0o777]).toEqual([0o755, 0o644]);
});

test("a workspace that is gone is not made again", async () => {
  rmSync(workspace.dir, { recursive: true });
  const missing = { code: "workspace_missing", permanent: true };
  for (const file of ["SOUL.md", "memory/2026-11-27.md"])
    await expect(replaceWorkspaceFile(workspace, file, "Ours")).rejects.toMatchObject(missing);
});

test("a file that is saved by renaming, over and over, is read whole each time", async () => {
  write("SOUL.md", "a".repeat(10_000));
  let isOver = false;
  const saving = (async () => {
    for (let count = 0; !isOver; count += 1) {
      write("draft", (count % 2 ? "a" : "b").repeat(10_000));
      renameSync(pathOf("draft"), pathOf("SOUL.md"));
      await sleep(1);
    }
  })();
  for (let count = 0; count < 200; count += 1)
    expect(await readWorkspaceFile(workspace, "SOUL.md")).toMatch(/^(a{10000}|b{10000})$/);
  isOver = true;
  await saving;
});

test("killed at any moment, a writer leaves whole texts alone", { timeout: 60_000 }, async () => {
  const script = `
    const { replaceWorkspaceFile } = await import(process.argv[2]);
    const workspace = { id: "ricky", dir: process.argv[1] };
    process.stdout.write("begun");
    for (let count = 0; ; count += 1) {
      const { displaced } = await replaceWorkspaceFile(workspace, "SOUL.md", (count % 2 ? "a" : "b").repeat(50_000));
      await displaced?.forget();
    }`;
  const whole = /^(a{50000}|b{50000})$/;
  const left = new Set<string>();
  for (let round = 0; round < 12; round += 1) {
    const module = new URL("../workspace.ts", import.meta.url).href;
    const writer = spawn(process.execPath, ["--input-type=module", "-e", script, workspace.dir, module]);
    await once(writer.stdout, "data");
    await sleep(5 + 7 * round);
    writer.kill("SIGKILL");
    await once(writer, "close");
    for (const name of readdirSync(workspace.dir)) left.add(name);
    const text = await readWorkspaceFile(workspace, "SOUL.md");
    if (text !== null) expect(text).toMatch(whole);
    const displaced = await takeDisplaced(workspace, "SOUL.md");
    if (displaced !== null) expect(displaced.text).toMatch(whole);
    await displaced?.forget();
    expect(readdirSync(workspace.dir).filter((name) => name !== "SOUL.md")).toEqual([]);
  }
  // In some of the rounds there was something to clear away.
  expect([...left]).toContain(".SOUL.md.hatchery");
});
