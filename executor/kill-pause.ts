import { z } from "zod";
import type { Log } from "./log.ts";
import { pause } from "./nudge.ts";
import { readStateFile, removeStateFile, writeStateFile } from "./state-file.ts";

/**
 * A killed `agents add` leaves a lease in OpenClaw's SQLite state that it holds for 300 s (measured with 2026.9.6). Until
 * that is over the next write hangs without a word, and would be ended by the step's time-out in vain.
 */
export const KILL_PAUSE_MS = 300_000;

const killed = z.object({ killedAt: z.iso.datetime() });

interface KillPauseOptions {
  file: string;
  /** Default 300,000. */
  pauseMs?: number | undefined;
  log: Pick<Log, "warn" | "error">;
}

/** Makes writes wait after OpenClaw had to be killed, also in the executors that come after this one. */
export function createKillPause({ file, pauseMs = KILL_PAUSE_MS, log }: KillPauseOptions) {
  /** By the steady clock; undefined until the file was looked at. */
  let over: number | undefined;

  async function whenOver(): Promise<number> {
    over ??= performance.now() + (await remainingOf(await readStateFile(file)));
    return over;
  }

  async function remainingOf(text: string | null): Promise<number> {
    if (text === null) return 0;
    const noted = killed.safeParse(parseJson(text)).data;
    // Across a restart only the wall clock is left; wherever it was moved to, the wait is no longer than the pause.
    const since = noted === undefined ? 0 : Date.now() - Date.parse(noted.killedAt);
    return Math.min(pauseMs, Math.max(0, pauseMs - since));
  }

  return {
    /** Says that OpenClaw was killed just now. Never throws: what ended must not seem to run on. */
    async begin(): Promise<void> {
      over = performance.now() + pauseMs;
      try {
        await writeStateFile(file, `${JSON.stringify({ killedAt: new Date().toISOString() })}\n`);
      } catch (error) {
        log.error({ err: error }, "the pause after a kill is not kept across a restart");
      }
    },

    /**
     * Resolves when OpenClaw may be written to again; `onWait` is told first, in a sentence, when that takes a while.
     * @throws the signal's reason
     */
    async wait(signal: AbortSignal | undefined, onWait: ((why: string) => void) | undefined): Promise<void> {
      for (;;) {
        const ms = (await whenOver()) - performance.now();
        if (ms <= 0) break;
        log.warn({ ms: Math.round(ms) }, "OpenClaw had to be killed, its next write waits");
        // The most, because nobody says it anew while it waits.
        onWait?.(
          `OpenClaw had to be killed, and needs up to ${Math.ceil(pauseMs / 60_000)} min until it can be written to`,
        );
        // A timer may be a millisecond early, and would make this wait twice.
        await pause(ms + 1, signal);
        signal?.throwIfAborted();
      }
      await removeStateFile(file);
    },
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Not ours any more; that it is there says enough.
    return null;
  }
}
