import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { LogicalReplicationService, type Pgoutput } from "pg-logical-replication";
import type { Delivery } from "./delivery.ts";
import { ReplicationPlugin } from "./replication-plugin.ts";
import { type RowChange, type Transaction, toRowChange } from "./row-change.ts";

const firstPauseMs = 100;
const longestPauseMs = 5_000;
/**
 * Postgres 17 now and then sleeps through a commit (2 in 12 000, on a quiet cluster) and then for up to 10 s. A status
 * message wakes it, so a change is this late at most.
 */
const statusEveryMs = 100;

export interface FeedOptions {
  databaseUrl: string;
  publication: string;
  /** Called for each connection. A change that cannot be delivered drops the connection, as a lost one does. */
  startDelivery(onFailure: (error: unknown) => void): Delivery<RowChange>;
  /** Called each time changes begin to flow: at the start and after every reconnect. What was missed stays missed. */
  onStreaming(): void;
  /** Told why the connection was lost, or why a reconnect failed. */
  onTrouble(error: unknown): void;
}

/** The row changes of a publication, from now on. */
export class ChangesFeed {
  readonly #options: FeedOptions;
  readonly #stopping = new AbortController();
  #connection: LogicalReplicationService | undefined;
  #running: Promise<void> = Promise.resolve();
  #streaming = false;
  #pauseMs = firstPauseMs;

  constructor(options: FeedOptions) {
    this.#options = options;
  }

  /** Resolves when changes flow; rejects when the first connection fails. Later losses are retried with backoff. */
  async start(): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#running = this.#run(resolve).catch(reject);
    await promise;
  }

  /** Whether changes flow at this moment. */
  get isStreaming(): boolean {
    return this.#streaming;
  }

  /** Ends the connection and with it the slot; resolves when the change in hand is through. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#connection?.stop();
    await this.#running;
  }

  async #run(started: () => void): Promise<void> {
    const { signal } = this.#stopping;
    let wasStreaming = false;
    const streaming = () => {
      wasStreaming = true;
      started();
    };
    while (!signal.aborted) {
      try {
        await this.#stream(streaming);
      } catch (error) {
        if (!wasStreaming) throw error;
        if (!signal.aborted) this.#options.onTrouble(error);
      }
      if (!signal.aborted) await sleep(this.#pauseMs, undefined, { signal }).catch(unlessAborted);
      this.#pauseMs = Math.min(this.#pauseMs * 2, longestPauseMs);
    }
  }

  /** One connection, from connect to loss. */
  async #stream(streaming: () => void): Promise<void> {
    const connection = new LogicalReplicationService(
      { connectionString: this.#options.databaseUrl, application_name: "realtime" },
      { acknowledge: { auto: false, timeoutSeconds: 0 }, flowControl: { enabled: true } },
    );
    this.#connection = connection;
    const lost = Promise.withResolvers<never>();
    const delivery = this.#options.startDelivery(lost.reject);
    let position: string | undefined;
    let transaction: Transaction = { xid: 0, committedAt: new Date(0) };

    connection.on("error", lost.reject);
    connection.on("start", () => {
      this.#streaming = true;
      this.#pauseMs = firstPauseMs;
      streaming();
      this.#options.onStreaming();
    });
    connection.on("heartbeat", (lsn) => {
      position = lsn;
    });
    const status = setInterval(() => {
      if (position !== undefined) connection.acknowledge(previous(position)).catch(lost.reject);
    }, statusEveryMs);
    // biome-ignore lint/nursery/noMisusedPromises: with flow control the next message waits for this promise
    connection.on("data", async (_lsn: string, message: Pgoutput.Message) => {
      if (message.tag === "begin") {
        transaction = { xid: message.xid >>> 0, committedAt: new Date(Number(message.commitTime) / 1_000) };
      }
      const change = toRowChange(message, transaction);
      if (change !== undefined) await delivery.take(change);
    });

    const slotName = `realtime_${randomUUID().replaceAll("-", "")}`;
    try {
      await Promise.race([
        connection.subscribe(new ReplicationPlugin(this.#options.publication), slotName),
        lost.promise,
      ]);
    } finally {
      clearInterval(status);
      this.#streaming = false;
      await connection.stop();
      await delivery.stop();
    }
  }
}

function unlessAborted(error: unknown): void {
  if (!(error instanceof Error && error.name === "AbortError")) throw error;
}

/**
 * The log position one before, as Postgres prints positions: two halves of 32 bits in hex. acknowledge() adds one, but
 * Postgres, when it shuts down, waits to be told exactly the position it sent.
 */
function previous(lsn: string): string {
  const [high = 0, low = 0] = lsn.split("/").map((half) => Number.parseInt(half, 16));
  const position = (BigInt(high) << 32n) + BigInt(low) - 1n;
  return `${(position >> 32n).toString(16)}/${(position & 0xffff_ffffn).toString(16)}`;
}
