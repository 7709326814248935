import { mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { serveBuiltDashboard } from "../browser/built-dashboard.ts";
import { migrate } from "../database/migrate.ts";
import { seedProject } from "../local/front-office.ts";
import { signInOwner } from "../local/owner-account.ts";
import { startStack } from "../stack/index.ts";
import { createTeardown } from "../stack/teardown.ts";

/** A Supabase of its own and the dashboard as people load it. `stop` leaves nothing behind. */
export async function openStage() {
  const teardown = createTeardown();
  const stateDir = await realpath(await mkdtemp(join(tmpdir(), "hatchery-shots-")));
  teardown.add(() => rm(stateDir, { recursive: true, force: true }));
  try {
    const prepareDatabase = async (url: string) => {
      await migrate(url);
      await seedProject(url);
    };
    const stack = await startStack({ stateDir, durable: false, prepareDatabase });
    teardown.add(stack.stop);
    const pool = new pg.Pool({ connectionString: stack.dbUrl, max: 1 });
    teardown.add(() => pool.end());
    const dashboard = await serveBuiltDashboard({ stateDir, stack, react: "production" });
    teardown.add(dashboard.stop);
    const { fragment } = await signInOwner(stateDir, stack.auth);
    return {
      url: dashboard.url,
      origins: [dashboard.url, stack.apiUrl],
      signInUrl: `${dashboard.url}/#${fragment}`,
      query: async (sql: string, values: unknown[] = []) => (await pool.query(sql, values)).rows,
      stop: teardown.run,
    };
  } catch (error) {
    await teardown.run();
    throw error;
  }
}
