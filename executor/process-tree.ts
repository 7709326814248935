import { addAbortListener } from "node:events";
import { setTimeout as pause } from "node:timers/promises";
import { commandOutput } from "./command-output.ts";
import { ExecutorError } from "./errors.ts";

/** A pid alone may be given to someone else later; with its start (ms since 1970) it names one process. */
export interface ProcessRef {
  pid: number;
  startedAt: number;
}

/** The variable whose value marks every process of one tree, because each inherits it. */
export const MARK_VARIABLE = "HATCHERY_RUN";

/**
 * What a tree is found by: its root, and the value of `HATCHERY_RUN` in its environment. That alone finds a child whose
 * parents have died: its parent, group and session are other ones then.
 */
export interface ProcessTree {
  pid?: number | undefined;
  startedAt: number;
  mark?: string | undefined;
}

interface ProcessEntry extends ProcessRef {
  parent: number;
  group: number;
  isMarked: boolean;
}

/** `ps` prints whole seconds, and on Linux derives them from a boot time that is itself rounded. */
const START_TOLERANCE_MS = 3_000;
const POLL_MS = 150;
/** What one look at the processes may count for, in ms; a busy machine takes its time for `ps`. */
const MOST_OF_A_LOOK_MS = 2_000;

/** Until what got SIGKILL is gone; one that waits for a broken disk never goes. */
const KILL_WAIT_MS = 30_000;
/** Environments included: macOS allows 1 MiB a process, a usual one has some KB. */
const MAX_LISTING_BYTES = 64 * 1024 * 1024;
const COLUMNS = "pid=,ppid=,pgid=,stat=,lstart=";
/** The environment behind the arguments: procps has the letter e of the BSDs for it, macOS a capital one. */
const WITH_ENVIRONMENT = process.platform === "darwin" ? "-axEww" : "axeww";

/** It reads the arguments of every process, and one that is stuck in the system makes it wait. */
const LISTED_WITHIN_MS = 15_000;

/** Every process of this machine except zombies, which nobody can end. */
async function listProcesses(mark: string | undefined): Promise<ProcessEntry[]> {
  const args = mark === undefined ? ["-axo", COLUMNS] : [WITH_ENVIRONMENT, "-o", `${COLUMNS},args=`];
  const listing = await commandOutput("ps", args, {
    env: { PATH: "/usr/bin:/bin", LC_ALL: "C", TZ: "UTC0" },
    withinMs: LISTED_WITHIN_MS,
    mostBytes: MAX_LISTING_BYTES,
  }).catch((cause: unknown) => {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new ExecutorError("processes_unreadable", `It cannot be seen which processes run here: ${why}`, { cause });
  });
  return listing.split("\n").flatMap((line) => {
    const [, pid, parent, group, state, start, rest = ""] =
      /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(\S+)\s+(\w+ \w+ +\d+ [\d:]+ \d+)(.*)$/.exec(line) ?? [];
    if (!start || state?.startsWith("Z")) return [];
    const ids = { pid: Number(pid), parent: Number(parent), group: Number(group) };
    const isMarked = mark !== undefined && ` ${rest} `.includes(` ${MARK_VARIABLE}=${mark} `);
    return [{ ...ids, startedAt: Date.parse(`${start} UTC`), isMarked }];
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

/** @throws ExecutorError processes_unreadable when it cannot be seen which processes run */
export async function requireProcessList(): Promise<void> {
  await listProcesses("");
}

/**
 * When this process was started (ms since 1970), or a moment before; null when there is none.
 * @throws ExecutorError processes_unreadable
 */
export async function startedAt(pid: number): Promise<number | null> {
  const found = (await listProcesses(undefined)).find((entry) => entry.pid === pid);
  return found === undefined ? null : found.startedAt - START_TOLERANCE_MS;
}

/**
 * Ends a process and everything it started, also what moved into a process group of its own or lost its parents: SIGTERM,
 * then SIGKILL for whoever is still there after `graceMs`. Resolves when none of them is left.
 * @returns `absent` when no such process was there, `killed` when SIGKILL was needed
 * @throws ExecutorError openclaw_failed when a process survives SIGKILL for 30 s; processes_unreadable, and then some may be left
 */
export async function endProcessTree(
  { pid, startedAt, mark }: ProcessTree,
  graceMs: number,
): Promise<"absent" | "ended" | "killed"> {
  const root = pid === undefined ? undefined : { pid, startedAt };
  const known = new Map<number, ProcessRef>();
  /** When each was asked to end, by `clock`. */
  const askedAt = new Map<number, number>();
  let clock = 0;
  let killedAt = Number.POSITIVE_INFINITY;
  let lookedAt = performance.now();
  for (;;) {
    const processes = await listProcesses(mark);
    for (const entry of processes)
      if (entry.isMarked || (root !== undefined && isSame(entry, root))) known.set(entry.pid, entry);
    const alive = growTree(known, processes);
    if (alive.length === 0)
      return known.size === 0 ? "absent" : killedAt < Number.POSITIVE_INFINITY ? "killed" : "ended";
    // A machine that slept between two looks gave nobody the time to end.
    clock += Math.min(performance.now() - lookedAt, MOST_OF_A_LOOK_MS);
    lookedAt = performance.now();
    if (clock >= killedAt + KILL_WAIT_MS) throw unkillable(alive);
    // Nobody is killed who was not asked, however late they came.
    const deaf = alive.filter(({ pid: one }) => clock >= (askedAt.get(one) ?? Number.POSITIVE_INFINITY) + graceMs);
    if (deaf.length > 0) killedAt = Math.min(killedAt, clock);
    signalAll(deaf, "SIGKILL");
    const fresh = alive.filter((entry) => !askedAt.has(entry.pid));
    for (const entry of fresh) askedAt.set(entry.pid, clock);
    signalAll(fresh, "SIGTERM");
    await pause(POLL_MS);
  }
}

function unkillable(alive: ProcessRef[]): ExecutorError {
  const pids = alive.map(({ pid }) => pid).join(", ");
  return new ExecutorError("openclaw_failed", `A process of OpenClaw cannot be ended (${pids})`, {
    hint: "Restart the Mac mini if it stays",
  });
}

/**
 * Waits for a command whose process is the root of this tree. When the signal aborts meanwhile, ends the whole tree and only then throws
 * the signal's reason. `onKilled` is told when that needed SIGKILL.
 * @throws ExecutorError as `endProcessTree` does when the tree cannot be ended
 */
export async function endOnAbort<T>(
  command: PromiseLike<T>,
  root: ProcessTree,
  { signal, graceMs, onKilled }: { signal: AbortSignal; graceMs: number; onKilled: () => void | Promise<void> },
): Promise<T> {
  const stopped = Promise.withResolvers<never>();
  async function stop(): Promise<void> {
    if ((await endProcessTree(root, graceMs)) === "killed") await onKilled();
    stopped.reject(signal.reason);
  }
  using _listener = addAbortListener(signal, () => stop().catch(stopped.reject));
  const result = await Promise.race([command, stopped.promise]);
  // Ended by our signal, as it seems from outside; but its children may still be there.
  return signal.aborted ? stopped.promise : result;
}
