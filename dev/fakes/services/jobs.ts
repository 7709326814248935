import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";

/** What a service manager keeps running, as the definition of the service says. */
const job = z.object({
  command: z.array(z.string()),
  cwd: z.string(),
  env: z.record(z.string(), z.string()),
  errorFile: z.string(),
  umask: z.number(),
});
export type Job = z.infer<typeof job>;

const jobState = z.object({
  pid: z.number().nullable(),
  runs: z.number(),
  lastExit: z.number().nullable(),
  lastSignal: z.string().nullable(),
});
export type JobState = z.infer<typeof jobState>;

const SUPERVISOR = fileURLToPath(new URL("./supervise.ts", import.meta.url));
const NEVER_RAN: JobState = { pid: null, runs: 0, lastExit: null, lastSignal: null };

/** `job` is there for as long as it is looked after. */
export const filesOf = (memory: string) => ({
  job: join(memory, "job.json"),
  supervisor: join(memory, "supervisor.pid"),
  state: join(memory, "state.json"),
});

export const isLoaded = (memory: string): boolean => existsSync(filesOf(memory).job);

export const readJob = (memory: string): Job => job.parse(JSON.parse(readFileSync(filesOf(memory).job, "utf8")));

export function readJobState(memory: string): JobState {
  const { state } = filesOf(memory);
  return existsSync(state) ? jobState.parse(JSON.parse(readFileSync(state, "utf8"))) : NEVER_RAN;
}

export function writeJobState(memory: string, state: JobState): void {
  const file = filesOf(memory).state;
  writeFileSync(`${file}.new`, JSON.stringify(state));
  renameSync(`${file}.new`, file);
}

export function startJob(memory: string, work: Job): void {
  const { job: file, supervisor } = filesOf(memory);
  mkdirSync(memory, { recursive: true });
  writeJobState(memory, NEVER_RAN);
  writeFileSync(file, JSON.stringify(work));
  const child = spawn(process.execPath, [SUPERVISOR, memory], { detached: true, stdio: "ignore" });
  child.unref();
  writeFileSync(supervisor, String(child.pid));
}

/** Asks it to end, and does not wait for it. */
export function endJob(memory: string): void {
  const { supervisor } = filesOf(memory);
  if (isLoaded(memory)) process.kill(Number(readFileSync(supervisor, "utf8")), "SIGTERM");
}
