import type { Log } from "../log.ts";
import { pause } from "../nudge.ts";
import { QueueError } from "../queue-error.ts";
import type { Finding } from "./finding.ts";

interface RoundsOptions {
  diagnose(signal: AbortSignal): Promise<Finding[]>;
  /** @throws QueueError */
  report(findings: readonly Finding[]): Promise<void>;
  log: Pick<Log, "debug" | "info" | "warn">;
  /** In ms; by then the database has heard of it, and what starts with the machine is up. */
  firstAfterMs?: number;
  everyMs?: number;
  /** When a report did not arrive. */
  againAfterMs?: number;
}

export interface Rounds {
  /** Looks at this executor again and again until `signal` is aborted. Never rejects. */
  run(signal: AbortSignal): Promise<void>;
}

/** The doctor's rounds while the executor works: what it finds is logged when it changes, and told to the database. */
export function createRounds(options: RoundsOptions): Rounds {
  const { diagnose, report, log } = options;
  const { firstAfterMs = 30_000, everyMs = 3_600_000, againAfterMs = 300_000 } = options;
  let logged = new Set<string>();

  function note(findings: readonly Finding[]): void {
    const bad = findings.filter(({ level }) => level !== "ok");
    for (const { check, level, message, hint } of bad)
      if (!logged.has(`${check} ${message}`)) log.warn({ check, level, hint }, `doctor: ${message}`);
    if (bad.length === 0 && logged.size > 0) log.info("doctor: all is well again");
    logged = new Set(bad.map(({ check, message }) => `${check} ${message}`));
  }

  /** @returns whether pages can see it */
  async function round(signal: AbortSignal): Promise<boolean> {
    const findings = await diagnose(signal);
    // What was broken off is no finding.
    if (signal.aborted) return false;
    note(findings);
    try {
      await report(findings);
      return true;
    } catch (error) {
      // The worker has said so.
      const isKnown = error instanceof QueueError && (error.heldByAnother || error.keyRefused);
      if (!isKnown) log.warn({ err: error }, "findings not reported");
      return false;
    }
  }

  return {
    async run(signal) {
      await pause(firstAfterMs, signal);
      while (!signal.aborted) {
        const isReported = await round(signal).catch((error) => {
          log.warn({ err: error }, "the doctor failed");
          return false;
        });
        await pause(isReported ? everyMs : againAfterMs, signal);
      }
    },
  };
}
