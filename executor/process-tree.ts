import { execFile } from "node:child_process";
import { addAbortListener } from "node:events";
import { setTimeout as pause } from "node:timers/promises";
import { promisify } from "node:util";

/** A pid alone may be given to someone else later; with its start (ms since 1970) it names one process. */
export interface ProcessRef {
  pid: number;
  startedAt: number;
}

interface ProcessEntry extends ProcessRef {
  parent: number;
  group: number;
}

/** `ps` prints whole seconds, and on Linux derives them from a boot time that is itself rounded. */
const START_TOLERANCE_MS = 3_000;
const POLL_MS = 150;

const runFile = promisify(execFile);

/** Every process of this machine except zombies, which nobody can end. */
async function listProcesses(): Promise<ProcessEntry[]> {
  const { stdout } = await runFile("ps", ["-axo", "pid=,ppid=,pgid=,stat=,lstart="], {
    env: { PATH: "/usr/bin:/bin", LC_ALL: "C", TZ: "UTC0" },
    maxBuffer: 16 * 1024 * 1024,
  });
  return stdout.split("\n").flatMap((line) => {
    const [, pid, parent, group, state, start] = /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(\S+)\s+(.+)$/.exec(line) ?? [];
    if (!start || state?.startsWith("Z")) return [];
    return [
      { pid: Number(pid), parent: Number(parent), group: Number(group), startedAt: Date.parse(`${start.trim()} UTC`) },
    ];
  });
}

const isSame = (one: ProcessRef, other: ProcessRef) =>
  one.pid === other.pid && Math.abs(one.startedAt - other.startedAt) <= START_TOLERANCE_MS;

/** Adds to `known` whatever descends from it or stands in a group that one of it leads; answers who of them is alive. */
function growTree(known: Map<number, ProcessRef>, processes: ProcessEntry[]): ProcessEntry[] {
  const holders = new Map(processes.map((entry) => [entry.pid, entry]));
  // A pid that was ours and now belongs to someone else must not make that one's children ours.
  const isOurs = (pid: number) => {
    const [seen, holder] = [known.get(pid), holders.get(pid)];
    return seen !== undefined && (holder === undefined || isSame(seen, holder));
  };
  const alive = new Set<ProcessEntry>();
  let before = -1;
  while (alive.size > before) {
    before = alive.size;
    for (const entry of processes) {
      const belongs = known.has(entry.pid) ? isOurs(entry.pid) : isOurs(entry.parent) || isOurs(entry.group);
      if (!belongs) continue;
      known.set(entry.pid, entry);
      alive.add(entry);
    }
  }
  return [...alive];
}

function signalAll(targets: ProcessRef[], signal: "SIGTERM" | "SIGKILL"): void {
  for (const { pid } of targets) {
    try {
      process.kill(pid, signal);
    } catch (error) {
      const gone = error instanceof Error && "code" in error && error.code === "ESRCH";
      if (!gone) throw error;
    }
  }
}

/**
 * Ends a process and everything it started, also what moved into a process group of its own: SIGTERM, then SIGKILL for
 * whoever is still there after `graceMs`. Resolves when none of them is left.
 * @returns `absent` when no such process was there, `killed` when SIGKILL was needed
 */
export async function endProcessTree(root: ProcessRef, graceMs: number): Promise<"absent" | "ended" | "killed"> {
  let processes = await listProcesses();
  if (!processes.some((entry) => isSame(entry, root))) return "absent";
  const known = new Map<number, ProcessRef>([[root.pid, root]]);
  const asked = new Set<number>();
  const deadline = performance.now() + graceMs;
  let killed = false;
  for (;;) {
    const alive = growTree(known, processes);
    if (alive.length === 0) return killed ? "killed" : "ended";
    if (performance.now() >= deadline) {
      killed = true;
      signalAll(alive, "SIGKILL");
    } else {
      signalAll(
        alive.filter(({ pid }) => !asked.has(pid)),
        "SIGTERM",
      );
    }
    for (const { pid } of alive) asked.add(pid);
    await pause(POLL_MS);
    processes = await listProcesses();
  }
}

/**
 * Waits for a command whose process is `root`. When the signal aborts meanwhile, ends the whole tree and only then throws
 * the signal's reason. `onKilled` is told when that needed SIGKILL.
 */
export async function endOnAbort<T>(
  command: PromiseLike<T>,
  root: ProcessRef,
  { signal, graceMs, onKilled }: { signal: AbortSignal; graceMs: number; onKilled: () => void },
): Promise<T> {
  const stopped = Promise.withResolvers<never>();
  async function stop(): Promise<void> {
    if ((await endProcessTree(root, graceMs)) === "killed") onKilled();
    stopped.reject(signal.reason);
  }
  using _listener = addAbortListener(signal, () => stop().catch(stopped.reject));
  const result = await Promise.race([command, stopped.promise]);
  // Ended by our signal, as it seems from outside; but its children may still be there.
  return signal.aborted ? stopped.promise : result;
}
