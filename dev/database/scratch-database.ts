import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bootstrapDatabase, createDatabase, databaseUrl } from "../stack/databases.ts";
import { claimPort } from "../stack/ports.ts";
import { startPostgres } from "../stack/postgres.ts";
import { migrate } from "./migrate.ts";

/** A migrated database in a Postgres of its own, which goes when it is disposed of. */
export async function startScratchDatabase(): Promise<AsyncDisposable & { url: string }> {
  const stateDir = await mkdtemp(join(tmpdir(), "hatchery-scratch-"));
  const port = await claimPort(stateDir, "database", console.error);
  const { cluster, child } = await startPostgres({ stateDir, port, password: "scratch", durable: false });
  await createDatabase(cluster, "scratch");
  await bootstrapDatabase(cluster, "scratch");
  const url = databaseUrl(cluster, "scratch");
  await migrate(url);
  return {
    url,
    [Symbol.asyncDispose]: async () => {
      await child.stop();
      await rm(stateDir, { recursive: true, force: true });
    },
  };
}
