import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import pg from "pg";
import { z } from "zod";
import { errorCode } from "../stack/error-code.ts";

export const MIGRATIONS = fileURLToPath(new URL("../../supabase/migrations/", import.meta.url));

/** Any 64-bit number, the same for every migrator: two at once would both apply the next chapter. */
const LOCK = 8_403_160_215;

const lockHolder = z.object({ pid: z.int() });

/** SQLSTATE of a lock that was not got in time. */
const LOCK_NOT_AVAILABLE = "55P03";

const historyTable = z.object({ missing: z.boolean() });
const historyRow = z.object({ name: z.string(), sha256: z.string() });

/** A chapter of the migrations: its file name, its SQL, and the hash that tells whether it was edited after it was applied. */
type Chapter = { name: string; sql: string; sha256: string };

async function readChapters(directory: string): Promise<Chapter[]> {
  const names = (await readdir(directory)).filter((name) => name.endsWith(".sql")).sort();
  return Promise.all(
    names.map(async (name) => {
      const sql = await readFile(`${directory}/${name}`, "utf8");
      return { name, sql, sha256: createHash("sha256").update(sql).digest("hex") };
    }),
  );
}

/** Looks first: a database that is up to date is only read. */
async function readHistory(client: pg.Client): Promise<Map<string, string>> {
  const found = await client.query("select to_regclass('private.hatchery_migrations') is null as missing");
  if (historyTable.parse(found.rows[0]).missing) {
    // Sent as one message, it is one transaction.
    await client.query(`
      create schema if not exists private;
      create table private.hatchery_migrations (
        name text primary key,
        sha256 text not null,
        applied_at timestamptz not null default now()
      );
      comment on table private.hatchery_migrations is
      'The chapters that were applied to this database, by dev/database/migrate.ts.';
      alter table private.hatchery_migrations enable row level security;
      revoke all on private.hatchery_migrations from public, anon, authenticated, service_role;
    `);
  }
  const { rows } = await client.query("select name, sha256 from private.hatchery_migrations");
  return new Map(
    z
      .array(historyRow)
      .parse(rows)
      .map((row) => [row.name, row.sha256]),
  );
}

type Patience = { lockSeconds: number; statementSeconds: number };

async function applyChapter(client: pg.Client, chapter: Chapter, patience: Patience): Promise<void> {
  try {
    await client.query("begin");
    // A table that someone else keeps locked fails this chapter soon, instead of queueing everybody behind it.
    await client.query(`set local lock_timeout = '${patience.lockSeconds}s'`);
    await client.query(`set local statement_timeout = '${patience.statementSeconds}s'`);
    await client.query(chapter.sql);
    await client.query("insert into private.hatchery_migrations (name, sha256) values ($1, $2)", [
      chapter.name,
      chapter.sha256,
    ]);
    await client.query("commit");
  } catch (cause) {
    // When the connection itself is what failed, there is nothing to roll back.
    await client.query("rollback").catch(() => undefined);
    throw new Error(`${chapter.name} was not applied, and nothing of it remains: ${whatFailed(cause, patience)}`, {
      cause,
    });
  }
}

function whatFailed(cause: unknown, { lockSeconds }: Patience): string {
  if (errorCode(cause) === LOCK_NOT_AVAILABLE) {
    return `another session held a lock on a table of it for ${lockSeconds} s; try again when that session is done`;
  }
  return cause instanceof Error ? cause.message : String(cause);
}

/**
 * Waits until no other migration runs, longer than for a table, because nobody queues behind us and the other one may be
 * in the middle of a statement.
 */
async function waitForTurn(client: pg.Client, patience: Patience, onWaiting: (line: string) => void): Promise<void> {
  const { lockSeconds, statementSeconds } = patience;
  const waiting = setTimeout(
    () => onWaiting(`Another migration of this database is running; waiting for it, at most ${statementSeconds} s`),
    lockSeconds * 1000,
  );
  try {
    // The lock outlives the transaction, the settings do not.
    await client.query("begin");
    await client.query(`set local lock_timeout = '${statementSeconds}s'; set local statement_timeout = 0`);
    await client.query("select pg_advisory_lock($1)", [LOCK]);
    await client.query("commit");
  } catch (cause) {
    if (errorCode(cause) !== LOCK_NOT_AVAILABLE) throw cause;
    await client.query("rollback");
    throw new Error(
      `Nothing was applied: another migration of this database, ${await whoMigrates(client)}, has not ended within ${statementSeconds} s; try again when it is done`,
      { cause },
    );
  } finally {
    clearTimeout(waiting);
  }
}

/** For a session that nobody sits at any more: it can be ended by this number. */
async function whoMigrates(client: pg.Client): Promise<string> {
  const { rows } = await client.query(
    `select pid from pg_locks
     where locktype = 'advisory' and granted and objsubid = 1 and (classid::bigint << 32 | objid::bigint) = $1
       and database = (select oid from pg_database where datname = current_database())`,
    [LOCK],
  );
  const holder = lockHolder.safeParse(rows[0]);
  return holder.success ? `process ${holder.data.pid} of Postgres` : "which is over by now";
}

type Options = Partial<Patience> & {
  /** Where the chapters are, as `<number>_<name>.sql`. */
  directory?: string;
  /** Told, after `lockSeconds`, that another migration is waited for. */
  onWaiting?: (line: string) => void;
};

/**
 * Applies the chapters that this database has not seen, in the order of their names, each in one transaction and all
 * under an advisory lock. Answers the names applied now. Throws when a chapter fails (nothing of it remains), or when
 * one that was applied before has been edited since, or when another migration has not ended within `statementSeconds`.
 * `lockSeconds` is how long a statement waits for a lock, `statementSeconds` how long it may run.
 */
export async function migrate(databaseUrl: string, options: Options = {}): Promise<string[]> {
  const { directory = MIGRATIONS, lockSeconds = 5, statementSeconds = 60, onWaiting = console.error } = options;
  const client = new pg.Client({ connectionString: databaseUrl, application_name: "hatchery-migrate" });
  // A connection that is lost fails the statement that runs, which says so; unheard it would end the process.
  client.on("error", () => undefined);
  await client.connect();
  try {
    await waitForTurn(client, { lockSeconds, statementSeconds }, onWaiting);
    const applied = await readHistory(client);
    const fresh: string[] = [];
    for (const chapter of await readChapters(directory)) {
      const known = applied.get(chapter.name);
      if (known === chapter.sha256) continue;
      if (known !== undefined) {
        throw new Error(`${chapter.name} was edited after it was applied: write a new chapter instead`);
      }
      await applyChapter(client, chapter, { lockSeconds, statementSeconds });
      fresh.push(chapter.name);
    }
    return fresh;
  } finally {
    await client.end();
  }
}
