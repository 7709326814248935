import { setTimeout as sleep } from "node:timers/promises";

/**
 * A wake-up call that is never lost: rung while nobody waits, it ends the next wait at once. Many rings before a wait
 * are one.
 */
export class Nudge {
  readonly #reasons = new Set<string>();
  #rung = Promise.withResolvers<void>();

  ring(reason: string): void {
    this.#reasons.add(reason);
    this.#rung.resolve();
  }

  /** @returns the reasons it was rung for; none when `ms` passed or `signal` was aborted first. */
  async wait(ms: number, signal?: AbortSignal): Promise<string[]> {
    if (this.#reasons.size === 0 && !signal?.aborted) await this.#ringOr(ms, signal);
    const reasons = [...this.#reasons];
    // Before anything the caller does with the reasons: a ring from here on belongs to the next wait.
    this.#reasons.clear();
    this.#rung = Promise.withResolvers();
    return reasons;
  }

  async #ringOr(ms: number, signal: AbortSignal | undefined): Promise<void> {
    const over = new AbortController();
    const end = () => over.abort();
    // Not AbortSignal.any: a daemon waits on the same long-lived signal for months.
    signal?.addEventListener("abort", end, { once: true });
    try {
      await Promise.race([this.#rung.promise, pause(ms, over.signal)]);
    } finally {
      signal?.removeEventListener("abort", end);
      end();
    }
  }
}

/** Waits `ms`, or until `signal` is aborted, and throws in neither case. */
export async function pause(ms: number, signal?: AbortSignal): Promise<void> {
  try {
    await sleep(ms, undefined, signal ? { signal } : {});
  } catch (error) {
    if (!signal?.aborted) throw error;
  }
}
