import { backoffMs, KEY_REFUSED_BACKOFF } from "../backoff.ts";
import { localDay } from "../local-day.ts";
import { Nudge, pause } from "../nudge.ts";
import { QueueError } from "../queue-error.ts";
import { Changes } from "./changes.ts";
import { createFileWatcher, type FileWatcher } from "./file-watcher.ts";
import { createRounds, type RoundsOptions } from "./rounds.ts";

export interface DocumentSyncOptions extends Omit<RoundsOptions, "today" | "onListChanged"> {
  /** `polling`: no events are asked for, and each sweep looks at every file. */
  watch: "events" | "polling";
  sweepMs: number;
  /** Whether this process is the one that works under its executor's id. */
  isWorking: () => boolean;
  now?: () => Date;
  createWatcher?: typeof createFileWatcher;
  relistMs?: number;
  scanMs?: number;
}

export interface DocumentSync {
  /** Keeps files and documents in step until `signal` is aborted. Never rejects. */
  run(signal: AbortSignal): Promise<void>;
  /** A document may be ahead of its file. */
  nudge(): void;
  /** Agents may have come or gone, or anything have happened while nobody looked. */
  relist(): void;
  /** Writes what is ahead of the disk, and looks for nothing else. @throws QueueError */
  applyAhead(signal: AbortSignal): Promise<void>;
}

const RELIST_MS = 5 * 60_000;
const SCAN_MS = 60_000;
/** Folders that are watched anew bring events from then on at the latest. */
const EVENTS_BEGIN_MS = 2000;
/** How often a process that waits for another one of its id looks whether it works now; it is told, too. */
const STANDBY_MS = 10_000;

/**
 * Keeps the documents of this executor's agents and the files in their workspaces in step. The rows and the disk are the
 * truth: whatever tells of a change only makes it look, and what nobody told of is found by looking anyway.
 */
export function createDocumentSync(options: DocumentSyncOptions): DocumentSync {
  const { watch, sweepMs, isWorking, log, relistMs = RELIST_MS, scanMs = SCAN_MS } = options;
  const { now = () => new Date(), createWatcher = createFileWatcher } = options;
  const today = () => localDay(now());
  const wake = new Nudge();
  const changes = new Changes();
  const rounds = createRounds({ ...options, today, onListChanged: relist });
  let watcher: FileWatcher | null = null;
  /** Whether the scans alone find changes; a watcher that is being tried helps them. */
  let isPolling = watch === "polling";
  let day = today();
  // When each is due, by performance.now().
  let listAt = 0;
  let aheadAt = 0;
  let scanAt = 0;
  let watcherAt = 0;

  function nudge(): void {
    aheadAt = 0;
    wake.ring("document");
  }

  function relist(): void {
    listAt = 0;
    wake.ring("agents");
  }

  /** One that broke is followed by another, which is relied on when it has not broken until the next listing in its turn. */
  function tendWatcher(): void {
    if (watch === "polling" || performance.now() < watcherAt) return;
    watcherAt = listAt;
    if (watcher === null) watcher = createWatcher({ onChange: noteChange, onBroken: giveUpEvents, today });
    else if (isPolling) {
      log.info("changes of files bring events again");
      isPolling = false;
    }
  }

  function giveUpEvents(error: Error): void {
    if (!isPolling) log.warn({ err: error }, "changes of files bring no events here: each sweep looks at every file");
    closeWatcher();
    isPolling = true;
    scanAt = 0;
    wake.ring("watcher");
  }

  async function look(signal: AbortSignal): Promise<void> {
    if (day !== today()) listAt = 0;
    day = today();
    if (performance.now() >= listAt) {
      // Before it is asked for: whoever rings meanwhile wants another one.
      listAt = performance.now() + relistMs;
      tendWatcher();
      const dirs = await rounds.list();
      watcher?.follow(dirs);
      await rounds.lookAtAll(signal);
      aheadAt = 0;
      scanAt = performance.now() + Math.min(scanMs, EVENTS_BEGIN_MS);
    }
    if (performance.now() >= aheadAt) {
      aheadAt = performance.now() + sweepMs;
      await rounds.applyAhead(signal);
    }
    if (performance.now() >= scanAt) {
      scanAt = performance.now() + (isPolling ? Math.min(sweepMs, scanMs) : scanMs);
      for (const { dir, files } of await rounds.scan()) for (const file of files) changes.note(dir, file);
    }
    const changed = changes.take();
    if (changed.length > 0) await rounds.lookAt(changed, signal);
  }

  async function pauseAfter(error: unknown, failures: number, signal: AbortSignal): Promise<void> {
    // What was being looked at is not known any more.
    listAt = 0;
    const isRefused = error instanceof QueueError && error.keyRefused;
    const ms = backoffMs(failures, isRefused ? KEY_REFUSED_BACKOFF : { firstMs: 500, mostMs: Math.max(sweepMs, 500) });
    // The next heartbeat hears it as well, and then nothing is asked any more.
    const isHeld = error instanceof QueueError && error.heldByAnother;
    const what = isHeld ? "another process works as this executor, documents wait" : "documents wait for the database";
    log.warn({ err: error, failures, ms }, what);
    await pause(ms, signal);
  }

  return {
    nudge,
    relist,
    applyAhead: rounds.applyAhead,
    async run(signal) {
      let failures = 0;
      while (!signal.aborted) {
        if (!isWorking()) {
          listAt = 0;
          await wake.wait(STANDBY_MS, signal);
          continue;
        }
        try {
          await look(signal);
          failures = 0;
          await wake.wait(Math.max(0, Math.min(listAt, aheadAt, scanAt, changes.dueAt) - performance.now()), signal);
        } catch (error) {
          failures += 1;
          if (!signal.aborted) await pauseAfter(error, failures, signal);
        }
      }
      closeWatcher();
    },
  };

  function closeWatcher(): void {
    watcher?.close().catch((error) => log.debug({ err: error }, "the watcher did not close in order"));
    watcher = null;
  }

  function noteChange(dir: string, file: string): void {
    changes.note(dir, file);
    wake.ring("file");
  }
}
