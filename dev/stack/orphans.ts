import { readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import type { z } from "zod";
import { askToEnd, pidFile } from "./child-processes.ts";
import { errorCode } from "./error-code.ts";
import { isSameProcess, processCommand, processStartTime, sendSignal } from "./process-table.ts";
import { until } from "./until.ts";

/**
 * Ends the children that a killed run left behind: those named in `<stateDir>/run` whose pid and start time still
 * match, and a Postgres that only its own postmaster.pid knows.
 * @returns one name for each process ended.
 */
export async function reapOrphans(stateDir: string): Promise<string[]> {
  const runDir = join(stateDir, "run");
  const files = (await readDirectory(runDir)).filter((file) => file.endsWith(".json"));
  const reaped = await Promise.all(files.map((file) => reapChild(join(runDir, file), file.slice(0, -".json".length))));
  const postgres = await reapPostmaster(join(stateDir, "postgres"));
  return [...reaped.flat(), ...postgres];
}

async function reapChild(file: string, name: string): Promise<string[]> {
  const record = pidFile.safeParse(parseJson(await readFile(file, "utf8")));
  const alive = record.success && (await isSameProcess(record.data.pid, record.data.startTime));
  if (alive) await endInOrder(record.data);
  await rm(file, { force: true });
  return alive ? [name] : [];
}

/** A stale postmaster.pid is removed: Postgres would refuse to start if another process has that number now. */
async function reapPostmaster(dataDir: string): Promise<string[]> {
  const file = join(dataDir, "postmaster.pid");
  const firstLine = await readFile(file, "utf8").then(
    (text) => text.split("\n")[0],
    (error: unknown) => {
      if (errorCode(error) === "ENOENT") return undefined;
      throw error;
    },
  );
  if (firstLine === undefined) return [];
  const pid = Number(firstLine);
  const startTime = await processStartTime(pid);
  const isOurs = startTime !== undefined && (await processCommand(pid)).includes(dataDir);
  if (isOurs) {
    await endInOrder({ pid, startTime, stopSignal: "SIGINT", stopsItsOwnChildren: false, graceMs: 10_000 });
  }
  await rm(file, { force: true });
  return isOurs ? ["postgres"] : [];
}

async function endInOrder(orphan: Omit<z.infer<typeof pidFile>, "command">): Promise<void> {
  const { pid, startTime, graceMs } = orphan;
  const isGone = async () => !(await isSameProcess(pid, startTime));
  askToEnd(orphan);
  try {
    await until(`process ${pid} has ended`, isGone, graceMs);
  } catch {
    sendSignal(-pid, "SIGKILL");
    await until(`process ${pid} has ended after SIGKILL`, isGone, 10_000);
  }
}

async function readDirectory(path: string): Promise<string[]> {
  try {
    return await readdir(path);
  } catch (error) {
    if (errorCode(error) === "ENOENT") return [];
    throw error;
  }
}

/** A pid file that was cut off while it was written names nobody. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
