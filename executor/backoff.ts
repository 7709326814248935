interface Backoff {
  /** The longest first pause, in ms. */
  firstMs: number;
  /** No pause is longer, in ms. */
  mostMs: number;
}

/** A key does not get better by being shown more often. */
export const KEY_REFUSED_BACKOFF: Backoff = { firstMs: 30_000, mostMs: 300_000 };

/**
 * How long to wait after so many failures in a row (1 is the first): doubling, with the upper half random, so that
 * several executors that lost the same database do not all come back in the same moment.
 */
export function backoffMs(failures: number, { firstMs, mostMs }: Backoff): number {
  const full = Math.min(mostMs, firstMs * 2 ** Math.min(failures - 1, 30));
  return Math.round(full * (0.5 + Math.random() / 2));
}
