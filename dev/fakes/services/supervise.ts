/** Keeps one job running, as launchd and systemd do, until it gets SIGTERM; then it ends the job in order and forgets it. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { openSync, rmSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { filesOf, readJob, readJobState, writeJobState } from "./jobs.ts";

const [, , memory = ""] = process.argv;
const PAUSE_MS = 300;
const { command, cwd, env, errorFile, umask } = readJob(memory);
const stopping = new AbortController();
process.on("SIGTERM", () => stopping.abort());

while (!stopping.signal.aborted) {
  process.umask(umask);
  const errors = openSync(errorFile, "a");
  const [file = "", ...args] = command;
  const child = spawn(file, args, { cwd, env, stdio: ["ignore", "ignore", errors] });
  const end = () => child.kill("SIGTERM");
  stopping.signal.addEventListener("abort", end);
  const ended = once(child, "exit");
  const { runs } = readJobState(memory);
  writeJobState(memory, { ...readJobState(memory), pid: child.pid ?? null, runs: runs + 1 });
  const [code, signal] = await ended;
  stopping.signal.removeEventListener("abort", end);
  writeJobState(memory, { pid: null, runs: runs + 1, lastExit: code, lastSignal: signal });
  await pause(PAUSE_MS, undefined, { signal: stopping.signal }).catch(() => undefined);
}
rmSync(filesOf(memory).job, { force: true });
