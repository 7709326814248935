import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { promisify } from "node:util";
import pg from "pg";
import { WebSocketServer } from "ws";
import { type ChangeEvent, readChangeEvents } from "./change-events.ts";
import { ChangesFeed } from "./changes-feed.ts";
import type { ChangeEntry, Channel } from "./channel.ts";
import { serveClient } from "./client-socket.ts";
import { EventRate } from "./event-rate.ts";
import { type Pace, paces } from "./pace.ts";
import { vsn } from "./protocol.ts";
import { checkSubscription, parseSubscription, type Subscription } from "./subscriptions.ts";
import { readClaims } from "./tokens.ts";

export interface RealtimeOptions {
  /** A superuser's connection string; the server runs with wal_level=logical. */
  databaseUrl: string;
  /** The HS256 secret of every token. */
  jwtSecret: string;
  /** Must exist; `supabase_realtime` if not given. */
  publication?: string;
  /** How it behaves in time; immediate unless said. */
  pace?: Pace;
  /** Turns an api key that is no JWT into one; undefined for a key it does not know. */
  keyToJwt?: (key: string) => string | undefined;
  /** Told of everything that went wrong without ending the server: a lost database, a client's nonsense. */
  onTrouble?: (error: unknown) => void;
}

export interface Realtime {
  /** Takes over a WebSocket upgrade, whatever its path; answers 403 to an api key that is not good. */
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Cuts every client off without a goodbye, as a lost network does; they may come back at once. */
  cutSockets(): void;
  /** Cuts every client and closes every database connection. */
  stop(): Promise<void>;
}

/** Starts the local Realtime and resolves when changes flow; throws when the database or the publication is not there. */
export async function startRealtime({
  databaseUrl,
  jwtSecret,
  publication = "supabase_realtime",
  pace = paces.immediate,
  keyToJwt = () => undefined,
  onTrouble = console.error,
}: RealtimeOptions): Promise<Realtime> {
  const channels = new Set<Channel>();
  const rate = new EventRate(pace.eventsPerSecond);
  const sockets = new WebSocketServer({ noServer: true });
  const pool = new pg.Pool({ connectionString: databaseUrl, application_name: "realtime", max: 4 });
  pool.on("error", onTrouble);
  const feed = new ChangesFeed({
    databaseUrl,
    publication,
    startDelivery: (onFailure) =>
      pace.startDelivery({ read: (change) => readChangeEvents(pool, channels, change), send, onFailure }),
    onStreaming: () => {
      for (const channel of channels) channel.subscribe();
    },
    onTrouble,
  });

  function send(events: ChangeEvent[]): void {
    if (rate.isTooHigh) return;
    for (const { channel, ids, data } of events) {
      rate.add(ids.length);
      channel.push("postgres_changes", { ids, data });
    }
  }

  async function subscribe(entries: ChangeEntry[], role: string): Promise<Subscription[]> {
    const subscriptions = entries.map(({ id, ...config }) => parseSubscription(id, config));
    for (const subscription of subscriptions) await checkSubscription(pool, publication, subscription, role);
    return subscriptions;
  }

  function cutSockets(): void {
    for (const client of sockets.clients) client.terminate();
  }

  async function stop(): Promise<void> {
    cutSockets();
    await promisify(sockets.close.bind(sockets))();
    await feed.stop();
    await pool.end();
  }

  async function upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const parameters = new URL(request.url ?? "/", "ws://localhost").searchParams;
    const key = parameters.get("apikey") ?? "";
    const keyToken = keyToJwt(key) ?? key;
    const verify = (token: string) => readClaims(token, jwtSecret);
    await verify(keyToken);
    socket.off("error", onTrouble);
    sockets.handleUpgrade(request, socket, head, (client) => {
      serveClient(client, {
        vsn: vsn.parse(parameters.get("vsn") ?? undefined),
        keyToken,
        channels,
        readClaims: verify,
        subscribe,
        settleMs: pace.settleMs,
        isStreaming: () => feed.isStreaming,
        onTrouble,
      });
    });
  }

  try {
    await requirePublication(pool, publication);
    await feed.start();
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    handleUpgrade: (request, socket, head) => {
      socket.on("error", onTrouble);
      upgrade(request, socket, head).catch((error: unknown) => {
        onTrouble(error);
        socket.end("HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
      });
    },
    cutSockets,
    stop,
  };
}

async function requirePublication(pool: pg.Pool, publication: string): Promise<void> {
  const { rowCount } = await pool.query("select from pg_publication where pubname = $1", [publication]);
  if (rowCount === 0) throw new Error(`Publication ${publication} does not exist in the database`);
}
