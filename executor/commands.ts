import type { ClaimHold } from "./claim-hold.ts";
import type { Rounds } from "./doctor/rounds.ts";
import type { DocumentSync } from "./document-sync/document-sync.ts";
import type { Heartbeat } from "./heartbeat.ts";
import type { Instance } from "./instance.ts";
import type { LiveUpdates } from "./live-updates.ts";
import type { Log } from "./log.ts";
import type { Openclaw } from "./openclaw.ts";
import { stopOnSignals } from "./stop-on-signals.ts";
import { watchClock } from "./watch-clock.ts";
import type { Worker } from "./worker.ts";

/** The parts of an executor, ready to work. */
export interface Executor {
  executorId: string;
  instance: Instance;
  realtime: boolean;
  heartbeat: Heartbeat;
  liveUpdates: LiveUpdates;
  openclaw: Openclaw;
  claimHold: ClaimHold;
  worker: Worker;
  rounds: Rounds;
  documentSync: DocumentSync;
  log: Log;
}

/** `run`: works until a signal comes. @returns the exit code */
export async function run(executor: Executor): Promise<number> {
  const { executorId, instance, realtime, heartbeat, liveUpdates, openclaw, worker, rounds, documentSync, log } =
    executor;
  const stopped = stopOnSignals({ worker, log, exit: process.exit });
  await endLeftWrite(openclaw, log);
  const background = new AbortController();
  log.info({ executor: executorId, instance: instance.id, pid: process.pid, realtime }, "executor started");
  if (instance.unnoted !== undefined)
    log.warn(
      { err: instance.unnoted },
      "this process is not noted: the next one will wait for a minute before it works",
    );
  using _clock = watchClock((jumpMs) => {
    log.warn({ jumpMs }, "the clock jumped: this machine has slept, or was set");
    liveUpdates.woke();
    heartbeat.nudge();
    worker.nudge("woke");
    documentSync.relist();
  });
  const loops = [
    heartbeat.run(background.signal),
    rounds.run(background.signal),
    documentSync.run(background.signal),
    ...(realtime ? [liveUpdates.follow(background.signal)] : []),
  ];
  await worker.run();
  await stopped;
  background.abort();
  await Promise.all(loops);
  log.info("executor stopped");
  return 0;
}

/**
 * `once`: works until nothing is waiting. @returns the exit code: 0 when every request was done, 1 also when a signal came
 * first. @throws QueueError
 */
export async function once({
  heartbeat,
  openclaw,
  claimHold,
  worker,
  documentSync,
  log,
}: Pick<Executor, "heartbeat" | "openclaw" | "claimHold" | "worker" | "documentSync" | "log">): Promise<number> {
  const stopping = { worker, log, exit: process.exit };
  stopOnSignals(stopping).catch((error) => log.error({ err: error }, "not stopped in order"));
  await endLeftWrite(openclaw, log);
  // Else the first claim would be held, and nothing seem to wait.
  await claimHold.look();
  const background = new AbortController();
  const beating = heartbeat.run(background.signal);
  try {
    const ends = await worker.drain();
    if (worker.isStopping) {
      log.info({ ...ends }, "stopped, and more may be waiting");
      return 1;
    }
    await documentSync.applyAhead(background.signal);
    log.info({ ...ends }, "nothing is waiting");
    const isAllDone = ends.failed + ends.released + ends.lost === 0;
    return isAllDone && claimHold.problem() === null ? 0 : 1;
  } finally {
    background.abort();
    await beating;
  }
}

/** Only this process writes now. Before each write it is tried again, and nothing is written while it fails. */
async function endLeftWrite(openclaw: Openclaw, log: Log): Promise<void> {
  await openclaw.endLeftWrite().catch((error) => log.error({ err: error }, "what was left running is not ended"));
}
