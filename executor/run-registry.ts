interface Run {
  superseded: AbortController;
  ended: Promise<unknown>;
}

/** What a run of a request has to know of the others of that request in this process. */
export interface Turn {
  /** Resolves when those before it have ended: until then nothing may be done. */
  earlier: Promise<unknown>;
  /** Aborted when the request was claimed again. */
  superseded: AbortSignal;
}

/**
 * The runs of this process. A request that the database gave away while the machine slept may be claimed again before the
 * old run has heard that it lost: the old one is told so, and the new one begins when it has ended.
 */
export class RunRegistry {
  readonly #runs = new Map<string, Run>();

  async run<T>(requestId: string, work: (turn: Turn) => Promise<T>): Promise<T> {
    const before = this.#runs.get(requestId);
    const superseded = new AbortController();
    const ended = Promise.withResolvers<void>();
    const mine = { superseded, ended: ended.promise };
    this.#runs.set(requestId, mine);
    before?.superseded.abort();
    try {
      return await work({ earlier: Promise.resolve(before?.ended), superseded: superseded.signal });
    } finally {
      ended.resolve();
      if (this.#runs.get(requestId) === mine) this.#runs.delete(requestId);
    }
  }
}
