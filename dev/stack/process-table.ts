import { execa } from "execa";
import { errorCode } from "./error-code.ts";

/**
 * When process `pid` started, as an ISO time in whole seconds; undefined when no such process lives.
 * A zombie counts as gone: it holds no port and no file, and a container's pid 1 may never collect it.
 */
export async function processStartTime(pid: number): Promise<string | undefined> {
  const { stdout } = await execa("ps", ["-o", "stat=", "-o", "lstart=", "-p", String(pid)], {
    reject: false,
    env: { LC_ALL: "C", TZ: "UTC" },
  });
  const line = /^(?<stat>\S+)\s+(?<started>.+)$/.exec(stdout.trim());
  if (line?.groups === undefined || line.groups["stat"]?.startsWith("Z")) return undefined;
  return new Date(`${line.groups["started"]} UTC`).toISOString();
}

/** True while `pid` is still the process that started at `startTime`, and not a later one with a recycled number. */
export async function isSameProcess(pid: number, startTime: string): Promise<boolean> {
  const actual = await processStartTime(pid);
  // Linux derives start times from the boot time, which moves by a second when the clock is adjusted.
  return actual !== undefined && Math.abs(Date.parse(actual) - Date.parse(startTime)) <= 2000;
}

/** The command line of process `pid`, empty when there is no such process. */
export async function processCommand(pid: number): Promise<string> {
  const { stdout } = await execa("ps", ["-ww", "-o", "command=", "-p", String(pid)], { reject: false });
  return stdout.trim();
}

/** Sends a signal to a process, or with a negative number to its group. False when nobody is there. */
export function sendSignal(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal);
  } catch (error) {
    if (errorCode(error) === "ESRCH") return false;
    // macOS says so of a group in which only zombies are left, until their parent has collected them.
    if (errorCode(error) === "EPERM" && pid < 0 && process.platform === "darwin") return false;
    throw error;
  }
}
