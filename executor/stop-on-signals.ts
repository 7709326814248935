import type { Log } from "./log.ts";

const GRACE_MS = 20_000;

interface Stopping {
  worker: { stop(graceMs: number): Promise<void> };
  log: Log;
  /** Ends the process in the middle of whatever it does. */
  exit: (code: number) => void;
}

/**
 * SIGTERM and Ctrl-C: the first lets what runs end within 20 s, the second ends it gently, and the third leaves at once: the
 * leases run out, and the next start ends what OpenClaw still does.
 * @returns what resolves when a signal has come and nothing runs any more
 */
export function stopOnSignals({ worker, log, exit }: Stopping): Promise<void> {
  const stopped = Promise.withResolvers<void>();
  let signals = 0;
  const onSignal = (signal: NodeJS.Signals) => {
    signals += 1;
    if (signals > 2) {
      log.warn({ signal }, "leaving at once");
      return exit(1);
    }
    log.info({ signal }, signals === 1 ? "stopping when what runs has ended" : "stopping what runs");
    worker.stop(signals === 1 ? GRACE_MS : 0).then(stopped.resolve, stopped.reject);
  };
  process.on("SIGTERM", onSignal);
  process.on("SIGINT", onSignal);
  return stopped.promise;
}
