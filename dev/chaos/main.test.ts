import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdtemp, readdir, readFile, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, onTestFinished, test } from "vitest";
import { z } from "zod";
import { pidFile } from "../stack/child-processes.ts";
import { until } from "../stack/until.ts";

const MAIN = fileURLToPath(new URL("./main.ts", import.meta.url));
const run = promisify(execFile);
const ENDS_WITHIN_MS = 60_000;

/** A run that has begun to play, in a folder for temporary files of its own. */
async function startRun() {
  const folder = await realpath(await mkdtemp(join(tmpdir(), "hatchery-chaos-test-")));
  // Postgres may run as another user.
  await chmod(folder, 0o711);
  const child = spawn(process.execPath, [MAIN, "--short", "--only", "no rule allows"], {
    env: { ...process.env, TMPDIR: folder },
    stdio: ["ignore", "pipe", "ignore"],
  });
  onTestFinished(async () => {
    child.kill("SIGKILL");
    await rm(folder, { recursive: true, force: true });
  });
  const ended = once(child, "exit");
  const [line] = await once(createInterface({ input: child.stdout }), "line");
  expect(line).toMatch(/^Seed \d+, 1 faults$/);
  return { child, ended, pids: await pidsIn(folder) };
}

/** Whoever was started: Postgres, PostgREST and, when it has come so far, an executor. */
async function pidsIn(folder: string): Promise<number[]> {
  const files = await readdir(folder, { recursive: true });
  const texts = files
    .filter((file) => /\/run\/[^/]+\.json$/.test(file))
    .map((file) => readFile(join(folder, file), "utf8"));
  return (await Promise.all(texts)).map((text) => pidFile.parse(JSON.parse(text)).pid);
}

/** Those of them that live; zombies do not. */
async function living(pids: number[]): Promise<string[]> {
  const listed = run("ps", ["-o", "stat=,command=", "-p", pids.join(",")]);
  // It ends with 1 when there is none.
  const { stdout } = await listed.catch((error: unknown) => z.object({ stdout: z.string() }).parse(error));
  return stdout.split("\n").filter((line) => line !== "" && !line.startsWith("Z"));
}

test.each([
  ["when whoever reads it goes away", ({ stdout }: { stdout: { destroy(): unknown } }) => stdout.destroy()],
  ["at SIGTERM", (child: { kill(signal: "SIGTERM"): unknown }) => child.kill("SIGTERM")],
])("a run ends and leaves no process behind %s", { timeout: 2 * ENDS_WITHIN_MS }, async (_when, breakOff) => {
  const { child, ended, pids } = await startRun();
  expect((await living(pids)).length).toBeGreaterThanOrEqual(2);
  breakOff(child);
  await ended;
  await until("nothing is left", async () => (await living(pids)).length === 0, ENDS_WITHIN_MS);
});
