import { randomUUID } from "node:crypto";

interface AskedClaim {
  token: string;
  /** `performance.now()` at the first time of asking: a lease runs from no earlier than that. */
  askedAt: number;
}

/** The token under which to claim: the same one until an answer comes, because the database then gives the same rows. */
export class ClaimToken {
  readonly #leaseMs: number;
  #unanswered: AskedClaim | undefined;

  constructor(leaseMs: number) {
    this.#leaseMs = leaseMs;
  }

  /** The claim that got no answer yet, as long as its rows could still be finished under their lease; else a new one. */
  ask(): AskedClaim {
    const now = performance.now();
    const known = this.#unanswered;
    if (known !== undefined && now - known.askedAt < this.#leaseMs / 2) return known;
    this.#unanswered = { token: randomUUID(), askedAt: now };
    return this.#unanswered;
  }

  /** Call when the answer is there. @returns the token that had none until now */
  answered(): string | undefined {
    const token = this.#unanswered?.token;
    this.#unanswered = undefined;
    return token;
  }
}
