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
  /** When something new is wrong, or a report did not arrive; then later and later, as long as the same is wrong. */
  againAfterMs?: number;
  wait?(ms: number, signal: AbortSignal): Promise<void>;
}

export interface Rounds {
  /** Looks at this executor again and again until `signal` is aborted. Never rejects. */
  run(signal: AbortSignal): Promise<void>;
}

/** What is wrong is new, or as in the round before; or pages cannot see it. */
type Outcome = "well" | "news" | "same" | "unseen";

/** The doctor's rounds while the executor works: what it finds is logged when it changes, and told to the database. */
export function createRounds(options: RoundsOptions): Rounds {
  const { diagnose, report, log } = options;
  const { firstAfterMs = 30_000, everyMs = 3_600_000, againAfterMs = 300_000, wait = pause } = options;
  let logged = new Set<string>();

  function note(findings: readonly Finding[]): Outcome {
    const bad = findings.filter(({ level }) => level !== "ok");
    const news = bad.filter(({ check, message }) => !logged.has(`${check} ${message}`));
    for (const { check, level, message, hint } of news) log.warn({ check, level, hint }, `doctor: ${message}`);
    if (bad.length === 0 && logged.size > 0) log.info("doctor: all is well again");
    logged = new Set(bad.map(({ check, message }) => `${check} ${message}`));
    if (bad.length === 0) return "well";
    return news.length > 0 ? "news" : "same";
  }

  async function round(signal: AbortSignal): Promise<Outcome> {
    const findings = await diagnose(signal);
    // What was broken off is no finding.
    if (signal.aborted) return "unseen";
    const outcome = note(findings);
    try {
      await report(findings);
      return outcome;
    } catch (error) {
      // The worker has said so.
      const isKnown = error instanceof QueueError && (error.heldByAnother || error.keyRefused);
      if (!isKnown) log.warn({ err: error }, "findings not reported");
      return "unseen";
    }
  }

  return {
    async run(signal) {
      await wait(firstAfterMs, signal);
      let pauseMs = everyMs;
      while (!signal.aborted) {
        const outcome = await round(signal).catch((error): Outcome => {
          log.warn({ err: error }, "the doctor failed");
          return "unseen";
        });
        if (outcome === "well") pauseMs = everyMs;
        // Whoever mends it wants to see that; whoever lets it be, no OpenClaw that is asked all the time.
        else pauseMs = outcome === "same" ? Math.min(2 * pauseMs, everyMs) : againAfterMs;
        await wait(pauseMs, signal);
      }
    },
  };
}
