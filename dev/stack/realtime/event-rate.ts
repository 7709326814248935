/** Of db_events_per_second_rate in hosted Realtime's lib/realtime/tenants.ex: an average over at most a minute. */
const bucketMs = 5_000;
const mostBuckets = 12;

/**
 * Whether more events were sent than a project may. As in hosted Realtime the average is taken every 5 s, over the last
 * minute or as much of it as there was: one burst may pass whole, and silence everything for the minute that follows.
 */
export class EventRate {
  readonly #perSecond: number;
  /** Counts of full buckets, newest first. */
  #buckets = [0];
  #current = 0;
  #currentEndsAt = performance.now() + bucketMs;

  constructor(perSecond: number) {
    this.#perSecond = perSecond;
  }

  add(count: number): void {
    this.#catchUp();
    this.#current += count;
  }

  get isTooHigh(): boolean {
    this.#catchUp();
    const sum = this.#buckets.reduce((total, count) => total + count);
    return sum / this.#buckets.length / (bucketMs / 1_000) >= this.#perSecond;
  }

  #catchUp(): void {
    while (performance.now() >= this.#currentEndsAt) {
      this.#buckets = [this.#current, ...this.#buckets].slice(0, mostBuckets);
      this.#current = 0;
      this.#currentEndsAt += bucketMs;
    }
  }
}
