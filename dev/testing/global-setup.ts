import { access, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { TestProject } from "vitest/node";
import { migrate } from "../database/migrate.ts";
import { withOldDefaultPrivileges } from "../database/old-default-privileges.ts";
import { bootstrapDatabase, createDatabase, databaseUrl } from "../stack/databases.ts";
import { reapOrphans } from "../stack/orphans.ts";
import { readOwner, takeOwnership } from "../stack/owner.ts";
import { claimPort } from "../stack/ports.ts";
import { startPostgres } from "../stack/postgres.ts";
import { processStartTime } from "../stack/process-table.ts";
import type {} from "./test-cluster.ts";

const RUNS = fileURLToPath(new URL("../../.hatchery/test-runs/", import.meta.url));

/** One Postgres for all test files, and in it a migrated template database for each regime of default privileges. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  await removeAbandonedRuns();
  const stateDir = join(RUNS, String(process.pid));
  const port = await claimPort(stateDir, "database", console.error);
  await takeOwnership(stateDir);
  const { cluster, child } = await startPostgres({ stateDir, port, password: "for-tests-only", durable: false });
  for (const regime of ["new", "old"] as const) {
    await createDatabase(cluster, `template_${regime}`);
    await bootstrapDatabase(cluster, `template_${regime}`);
    const url = databaseUrl(cluster, `template_${regime}`);
    if (regime === "old") await withOldDefaultPrivileges(url);
    await migrate(url);
  }
  project.provide("cluster", cluster);
  return async () => {
    await child.stop();
    await rm(stateDir, { recursive: true, force: true });
  };
}

/** A run that was killed leaves its Postgres and its folder. */
async function removeAbandonedRuns(): Promise<void> {
  const runs = await readdir(RUNS).catch(() => []);
  for (const run of runs) {
    const stateDir = join(RUNS, run);
    if ((await readOwner(stateDir)) !== undefined || (await isStarting(run))) continue;
    await reapOrphans(stateDir);
    await rm(stateDir, { recursive: true, force: true });
  }
}

/** Between making its folder and putting its name there, a run looks like one that was killed. */
async function isStarting(run: string): Promise<boolean> {
  const isNamed = await access(join(RUNS, run, "owner.json")).then(
    () => true,
    () => false,
  );
  return !isNamed && (await processStartTime(Number(run))) !== undefined;
}
