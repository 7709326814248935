import type { ChangeConfig } from "./protocol.ts";
import type { Subscription } from "./subscriptions.ts";
import { type Claims, RefusedToken } from "./tokens.ts";

// A token may live for years; timers may not.
const longestTimerMs = 60 * 60 * 1_000;
let lastId = 0;

export interface ChannelOptions {
  /** Verifies a token; throws `RefusedToken`. */
  readClaims(token: string): Promise<Claims>;
  /** Checks the entries for a role and returns the subscriptions; throws with the reason. */
  subscribe(entries: ChangeEntry[], role: string): Promise<Subscription[]>;
  /** Milliseconds from now until a subscription counts. */
  settleMs(): number;
  /** Sends to the client; `joined` frames carry the join's ref, the others none. */
  send(event: string, payload: unknown, kind: "joined" | "broadcast"): void;
  /** Told once when the channel is over. */
  onClose(): void;
}

/** An entry of `postgres_changes` with the id its events will carry. */
export type ChangeEntry = ChangeConfig & { id: number };

/** One joined topic of one client: whose eyes it sees with, what it asked for, and when its token ends. */
export class Channel {
  readonly name: string;
  readonly entries: ChangeEntry[];
  /** What changes are matched against; empty until the subscription is confirmed. */
  subscriptions: Subscription[] = [];
  /** What changes are judged by; those of a newer token from the moment its subscription is confirmed. */
  claims: Claims;
  #token: string;
  #tokenClaims: Claims;
  #settling: NodeJS.Timeout | undefined;
  #expiry: NodeJS.Timeout | undefined;
  #open = true;
  readonly #options: ChannelOptions;

  constructor(topic: string, token: string, claims: Claims, configs: ChangeConfig[], options: ChannelOptions) {
    this.name = topic.replace(/^realtime:/, "");
    this.entries = configs.map((config) => {
      lastId += 1;
      return { ...config, id: lastId };
    });
    this.claims = claims;
    this.#token = token;
    this.#tokenClaims = claims;
    this.#options = options;
    this.#watchExpiry();
  }

  /** Subscribes, or subscribes again after a new token or a lost database; the client is told later how that went. */
  subscribe(): void {
    if (!this.#open || this.entries.length === 0) return;
    clearTimeout(this.#settling);
    this.#settling = setTimeout(() => void this.#confirm(), this.#options.settleMs());
  }

  /** Goes on with a newer token; one that is refused closes the channel. */
  async refresh(token: string): Promise<void> {
    if (token !== this.#token && (await this.#acceptToken(token))) this.subscribe();
  }

  /** Sends an event of the database's. */
  push(event: string, payload: unknown): void {
    if (this.#open) this.#options.send(event, payload, "broadcast");
  }

  /** Ends the channel and tells the client. */
  close(): void {
    if (!this.#open) return;
    this.#options.send("phx_close", {}, "joined");
    this.drop();
  }

  /** Ends the channel of a client that is gone. */
  drop(): void {
    this.#open = false;
    this.subscriptions = [];
    clearTimeout(this.#settling);
    clearTimeout(this.#expiry);
    this.#options.onClose();
  }

  async #confirm(): Promise<void> {
    const mine = this.#settling;
    const claims = this.#tokenClaims;
    try {
      const subscriptions = await this.#options.subscribe(this.entries, claims.role);
      if (mine !== this.#settling) return;
      this.claims = claims;
      this.subscriptions = subscriptions;
      this.#system("postgres_changes", "ok", "Subscribed to PostgreSQL");
    } catch (error) {
      if (mine !== this.#settling) return;
      this.subscriptions = [];
      this.#system("postgres_changes", "error", error instanceof Error ? error.message : String(error));
    }
  }

  async #acceptToken(token: string): Promise<boolean> {
    try {
      this.#tokenClaims = await this.#options.readClaims(token);
      this.#token = token;
      if (this.#open) this.#watchExpiry();
      return this.#open;
    } catch (error) {
      if (!(error instanceof RefusedToken)) throw error;
      this.#system("system", "error", error.message);
      this.close();
      return false;
    }
  }

  #watchExpiry(): void {
    clearTimeout(this.#expiry);
    const remainingMs = this.#tokenClaims.exp * 1_000 - Date.now();
    this.#expiry = setTimeout(() => this.#acceptToken(this.#token), Math.min(Math.max(remainingMs, 1), longestTimerMs));
  }

  #system(extension: string, status: "ok" | "error", message: string): void {
    if (this.#open) this.#options.send("system", { extension, status, message, channel: this.name }, "joined");
  }
}
