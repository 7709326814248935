import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createClient, type SupabaseClient } from "@supabase/supabase-js";
import { SignJWT } from "jose";
import pg from "pg";
import { databaseUrl } from "../databases.ts";
import { claimPort } from "../ports.ts";
import { startPostgres } from "../postgres.ts";
import { startRealtime } from "./index.ts";
import { type Pace, paces } from "./pace.ts";

const jwtSecret = "a secret of at least thirty-two characters";
const bootstrap = `
  create role anon nologin; create role authenticated nologin; create role service_role nologin bypassrls;
  grant usage on schema public to anon, authenticated, service_role;
  create publication supabase_realtime;`;

/** A Postgres cluster of its own, one database in it, Realtime on that, and a plain web server in front. */
export interface TestBackend {
  url: string;
  databaseUrl: string;
  /** What Realtime reported as trouble. */
  troubles: unknown[];
  /** Runs SQL as superuser in the first database, or in another one. */
  sql(text: string, database?: string): Promise<Record<string, unknown>[]>;
  /** An access token; `ttlSeconds` from now. */
  token(claims: Record<string, unknown>, ttlSeconds?: number): Promise<string>;
  /** An official client: of an anonymous visitor, or with an access token asked for whenever one is needed. */
  client(options?: ClientOptions): Promise<SupabaseClient>;
  /** Cuts every socket, without a goodbye. */
  cutSockets(): void;
  restartPostgres(): Promise<void>;
  stop(): Promise<void>;
}

export interface ClientOptions {
  accessToken?: () => Promise<string>;
  /** The api key; an anon JWT if not given. */
  key?: string;
  vsn?: "1.0.0" | "2.0.0";
}

/** The one api key that is no JWT. */
export const publishableKey = "sb_publishable_test";

/** @param pace of its Realtime; immediate unless said. */
export async function startBackend(schema: string, pace: Pace = paces.immediate): Promise<TestBackend> {
  const stateDir = await mkdtemp(join(tmpdir(), "hatchery-realtime-"));
  const port = await claimPort(stateDir, "database", console.error);
  const start = () => startPostgres({ stateDir, port, password: "for-tests-only", durable: false });
  let postgres = await start();
  const urlOf = (database: string) => databaseUrl(postgres.cluster, database);
  const sql: TestBackend["sql"] = async (text, database = "postgres") => {
    const connection = new pg.Client({ connectionString: urlOf(database) });
    await connection.connect();
    const result = await connection.query(text);
    await connection.end();
    return result.rows;
  };
  await sql(bootstrap);
  await sql(schema);

  const token: TestBackend["token"] = (claims, ttlSeconds = 3600) =>
    new SignJWT(claims)
      .setProtectedHeader({ alg: "HS256", typ: "JWT" })
      .setExpirationTime(Math.floor(Date.now() / 1000) + ttlSeconds)
      .sign(new TextEncoder().encode(jwtSecret));
  const troubles: unknown[] = [];
  const anonKey = await token({ role: "anon" });
  const realtime = await startRealtime({
    databaseUrl: urlOf("postgres"),
    jwtSecret,
    pace,
    keyToJwt: (key) => (key === publishableKey ? anonKey : undefined),
    onTrouble: (error) => troubles.push(error),
  });
  const web = createServer();
  web.on("upgrade", realtime.handleUpgrade);
  await new Promise<void>((resolve) => web.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${portOf(web.address())}`;
  const clients: SupabaseClient[] = [];

  return {
    url,
    databaseUrl: urlOf("postgres"),
    troubles,
    sql,
    token,
    client: async ({ key = anonKey, vsn = "2.0.0", ...withToken } = {}) => {
      const client = createClient(url, key, { realtime: { vsn }, ...withToken });
      await client.realtime.setAuth();
      clients.push(client);
      return client;
    },
    cutSockets: realtime.cutSockets,
    restartPostgres: async () => {
      await postgres.child.stop();
      postgres = await start();
    },
    stop: async () => {
      for (const client of clients) await client.removeAllChannels();
      await realtime.stop();
      await new Promise((resolve) => web.close(resolve));
      await postgres.child.stop();
      await rm(stateDir, { recursive: true, force: true });
    },
  };
}

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === "string") throw new Error("The web server has no port");
  return address.port;
}
