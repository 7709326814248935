import { randomUUID } from "node:crypto";

interface AskedClaim {
  token: string;
  /** `performance.now()` at the first time of asking: a lease runs from no earlier than that. */
  askedAt: number;
}

/** The token under which to claim: the same one until an answer is dealt with, because the database then gives the same rows. */
export class ClaimToken {
  readonly #leaseMs: number;
  #unanswered: AskedClaim | undefined;

  constructor(leaseMs: number) {
    this.#leaseMs = leaseMs;
  }

  /** The claim that got no answer yet, or else a new one. */
  ask(): AskedClaim {
    this.#unanswered ??= { token: randomUUID(), askedAt: performance.now() };
    return this.#unanswered;
  }

  /** The token that got no answer yet. */
  get unanswered(): string | undefined {
    return this.#unanswered?.token;
  }

  /** Whether the rows of the claim without an answer may be too old to be finished under their lease. */
  get isTooOld(): boolean {
    return this.#unanswered !== undefined && performance.now() - this.#unanswered.askedAt >= this.#leaseMs / 2;
  }

  /** Call when every row of the answer is dealt with. */
  answered(): void {
    this.#unanswered = undefined;
  }
}
