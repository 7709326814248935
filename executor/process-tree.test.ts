import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { endOnAbort, endProcessTree, MARK_VARIABLE, type ProcessRef } from "./process-tree.ts";

/** A Node process that starts a detached child, prints the child's pid and waits. */
async function startPair(
  env: Record<string, string> = {},
): Promise<{ parent: ChildProcess; root: ProcessRef; childPid: number }> {
  const script = `const { spawn } = require("node:child_process");
    const child = spawn("/bin/sleep", ["60"], { detached: true, stdio: "ignore" });
    console.log(child.pid);
    setInterval(() => undefined, 60_000);`;
  const startedAt = Date.now();
  const parent = spawn(process.execPath, ["-e", script], { env, stdio: ["ignore", "pipe", "inherit"] });
  onTestFinished(() => void parent.kill("SIGKILL"));
  const [line] = await once(parent.stdout, "data");
  return { parent, root: { pid: parent.pid ?? 0, startedAt }, childPid: Number(line) };
}

/** Whether a process is there and not a zombie. */
function isAlive(pid: number): boolean {
  const { stdout } = spawnSync("ps", ["-o", "stat=", "-p", String(pid)], { encoding: "utf8" });
  return stdout.trim() !== "" && !stdout.startsWith("Z");
}

test("a child in a process group of its own is ended with its parent", async () => {
  const { parent, root, childPid } = await startPair();
  expect([isAlive(root.pid), isAlive(childPid)]).toEqual([true, true]);
  expect(await endProcessTree(root, 5_000)).toBe("ended");
  expect([isAlive(root.pid), isAlive(childPid)]).toEqual([false, false]);
  expect(parent.signalCode).toBe("SIGTERM");
  expect(await endProcessTree(root, 5_000)).toBe("absent");
});

test("a child that is born while the others end has its own time to end in order", async () => {
  const folder = await mkdtemp(join(tmpdir(), "hatchery-tree-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, "last-words");
  // The child does not end when it is asked, but later: behind the grace of its parent, and within its own. It has it from its
  // parent, before it could be asked, that it hears of no SIGTERM.
  const script = `end() { trap "" TERM; read -t 3 <&3; (read -t 4 <&3; echo in order > ${file}) & read -t 60 <&3; }
    exec 3<> ${join(folder, "silent")}
    trap end TERM
    echo ready
    while :; do read -t 1 <&3; done`;
  execFileSync("mkfifo", [join(folder, "silent")]);
  const startedAt = Date.now();
  const parent = spawn("/bin/bash", ["-c", script], { stdio: ["ignore", "pipe", "inherit"] });
  await once(parent.stdout, "data");
  expect(await endProcessTree({ pid: parent.pid, startedAt }, 6_000)).toBe("killed");
  expect(await readFile(file, "utf8")).toBe("in order\n");
});

test("a process that only has the same pid is left alone, and so are its children", async () => {
  const { root, childPid } = await startPair();
  expect(await endProcessTree({ pid: root.pid, startedAt: root.startedAt - 60_000 }, 0)).toBe("absent");
  expect([isAlive(root.pid), isAlive(childPid)]).toEqual([true, true]);
  await endProcessTree(root, 5_000);
});

test("a command that ends by itself is answered, whatever aborts later", async () => {
  const stop = new AbortController();
  const limits = { signal: stop.signal, graceMs: 0, onKilled: () => undefined };
  expect(await endOnAbort(Promise.resolve("answer"), { pid: 2 ** 22, startedAt: 0 }, limits)).toBe("answer");
  stop.abort();
});

test("an abort is answered only when nobody is left", async () => {
  const { parent, root, childPid } = await startPair();
  const reason = new Error("Enough");
  const command = once(parent, "exit");
  const limits = { signal: AbortSignal.abort(reason), graceMs: 5_000, onKilled: () => undefined };
  await expect(endOnAbort(command, root, limits)).rejects.toBe(reason);
  expect([isAlive(root.pid), isAlive(childPid)]).toEqual([false, false]);
});

test("a child that lost its parents is found by the mark that it inherited, and nobody else is", async () => {
  const mark = randomUUID();
  const { parent, root, childPid } = await startPair({ [MARK_VARIABLE]: mark });
  const other = await startPair({ [MARK_VARIABLE]: randomUUID() });
  parent.kill("SIGKILL");
  await once(parent, "exit");
  expect(await endProcessTree(root, 5_000)).toBe("absent");
  expect(isAlive(childPid)).toBe(true);
  expect(await endProcessTree({ startedAt: root.startedAt, mark }, 5_000)).toBe("ended");
  expect(isAlive(childPid)).toBe(false);
  expect([isAlive(other.root.pid), isAlive(other.childPid)]).toEqual([true, true]);
  await endProcessTree(other.root, 5_000);
});
