import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { processStartTime, sendSignal } from "./process-table.ts";
import { until } from "./until.ts";

const stopSignals = ["SIGTERM", "SIGINT"] as const;

/** What `<stateDir>/run/<name>.json` says, so that a later start can end what a killed one left behind. */
export const pidFile = z.object({
  pid: z.int().positive(),
  startTime: z.iso.datetime(),
  command: z.string(),
  stopSignal: z.enum(stopSignals),
  stopsItsOwnChildren: z.boolean(),
  graceMs: z.int().positive(),
});
type PidFile = z.infer<typeof pidFile>;

export type ChildOptions = {
  stateDir: string;
  /** Names the log `<stateDir>/logs/<name>.log` and the pid file. */
  name: string;
  command: string;
  args: readonly string[];
  /** The whole environment: nothing is inherited from this process. */
  env: Record<string, string>;
  cwd?: string;
  user?: { uid: number; gid: number };
  /** What asks it to end in good order; SIGTERM unless said. */
  stopSignal?: (typeof stopSignals)[number];
  /** The signal goes to the child alone, not to its group: for one that ends its own children in order. */
  stopsItsOwnChildren?: boolean;
  /** How long it may take to end before its group is killed; 10 s unless said. */
  graceMs?: number;
};

export type ChildProcess = {
  readonly name: string;
  readonly pid: number;
  readonly logFile: string;
  isRunning(): boolean;
  /** Resolves when it has ended by itself or was stopped, with a clause that says how ("exit code 1"). */
  readonly ended: Promise<string>;
  /** Asks it to end, waits, and kills its group only when it ignores that for its grace. */
  stop(): Promise<void>;
};

const running = new Set<Pick<PidFile, "pid" | "stopSignal" | "stopsItsOwnChildren">>();
// Children lead their own groups, so that Ctrl-C reaches only the parent, which ends them in order. When the parent
// ends without having done so, this is the last chance.
process.on("exit", () => {
  for (const child of running) askToEnd(child);
});

/** Sends a child, or its whole group, the signal that it ends at. */
export function askToEnd(child: Pick<PidFile, "pid" | "stopSignal" | "stopsItsOwnChildren">): void {
  sendSignal(child.stopsItsOwnChildren ? child.pid : -child.pid, child.stopSignal);
}

/**
 * Starts a long-lived child with its own log and pid file.
 * @throws Error when the command cannot be started.
 */
export async function startChild(options: ChildOptions): Promise<ChildProcess> {
  const { stateDir, name, command, args } = options;
  const { stopSignal = "SIGTERM", stopsItsOwnChildren = false, graceMs = 10_000 } = options;
  const logFile = join(stateDir, "logs", `${name}.log`);
  const runFile = join(stateDir, "run", `${name}.json`);
  mkdirSync(join(stateDir, "logs"), { recursive: true });
  mkdirSync(join(stateDir, "run"), { recursive: true });
  keepPrevious(logFile);
  const log = openSync(logFile, "a", 0o600);
  // The child writes to the file itself: a pipe would break, and block it, when this process is killed.
  const subprocess = spawn(command, args, {
    detached: true,
    stdio: ["ignore", log, log],
    env: options.env,
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    ...options.user,
  });
  closeSync(log);
  try {
    await once(subprocess, "spawn");
  } catch (error) {
    throw new Error(`${name} could not be started`, { cause: error });
  }
  const pid = z.int().parse(subprocess.pid);
  const entry = { pid, stopSignal, stopsItsOwnChildren };
  running.add(entry);
  const ended = new Promise<string>((resolve) => {
    subprocess.once("exit", (code, signal) => {
      running.delete(entry);
      rmSync(runFile, { force: true });
      resolve(signal === null ? `exit code ${code}` : `signal ${signal}`);
    });
  });
  const startTime = await processStartTime(pid);
  if (startTime !== undefined && running.has(entry)) {
    const record: PidFile = { ...entry, startTime, command, graceMs };
    writeFileSync(runFile, JSON.stringify(record), { mode: 0o600 });
  }
  const isRunning = () => running.has(entry);
  const stop = async () => {
    if (!isRunning()) return;
    askToEnd(entry);
    const kill = setTimeout(() => sendSignal(-pid, "SIGKILL"), graceMs);
    await ended;
    clearTimeout(kill);
  };
  return { name, pid, logFile, isRunning, ended, stop };
}

/**
 * Waits until a child does its work.
 * @param answers may throw to end the waiting at once.
 * @throws Error with the log's last lines when the child ends first or needs longer than `timeoutMs`.
 */
export async function untilReady(child: ChildProcess, answers: () => Promise<boolean>, timeoutMs = 30_000) {
  try {
    await until(
      `${child.name} is ready`,
      async () => {
        const ready = await answers();
        // Asked last: somebody else may be answering on its port.
        if (!child.isRunning()) throw new Error(`${child.name} ended while starting (${await child.ended})`);
        return ready;
      },
      timeoutMs,
    );
  } catch (error) {
    await child.stop();
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`${reason}. The last lines of ${child.logFile}:\n${lastLines(child.logFile)}`, { cause: error });
  }
}

/** Resolves when one of these ends although nobody is stopping them, with an error in the words of its log. */
export function firstCrash(children: readonly ChildProcess[], isStopping: () => boolean): Promise<Error> {
  const { promise, resolve } = Promise.withResolvers<Error>();
  const watch = async (child: ChildProcess) => {
    const how = await child.ended;
    if (isStopping()) return;
    resolve(new Error(`${child.name} ended (${how}). The end of ${child.logFile}:\n${lastLines(child.logFile)}`));
  };
  void Promise.all(children.map(watch));
  return promise;
}

/** The end of a log, indented, for an error message. */
function lastLines(file: string, count = 12): string {
  if (!existsSync(file)) return "  (no log)";
  const lines = readFileSync(file, "utf8").trimEnd().split("\n").slice(-count);
  return lines.map((line) => `  ${line}`).join("\n");
}

/** One earlier log is kept, so that the reason of a crash survives the restart. */
function keepPrevious(logFile: string): void {
  if (existsSync(logFile)) renameSync(logFile, logFile.replace(/\.log$/, ".previous.log"));
}
