import { Listr, type ListrTask } from "listr2";
import { migrate } from "../database/migrate.ts";
import { type ChildProcess, firstCrash, untilReady } from "../stack/child-processes.ts";
import { claimPort, type Stack, startStack } from "../stack/index.ts";
import type { Teardown } from "../stack/teardown.ts";
import { serveDashboard } from "./dashboard-server.ts";
import { localExecutorId, startExecutor } from "./executor-process.ts";
import { adoptMainAgent, giveProjectAnOwner, hasReported, seedProject } from "./front-office.ts";
import { ensureOpenclaw } from "./install-openclaw.ts";
import type { LocalOptions } from "./options.ts";
import { signInOwner } from "./owner-account.ts";

export type Everything = {
  apiUrl: string;
  dashboardUrl: string;
  /** Opens the dashboard and signs the local owner in. */
  signInUrl: string;
  /** Resolves when a part ends although nobody stopped it. */
  crashed: Promise<Error>;
};

/**
 * Starts the local Supabase, the executor and the dashboard, showing a line for each. What it started is in `teardown`,
 * also when it throws.
 * @throws Error when a part does not start, in the words of its log.
 */
export async function startEverything({ stateDir, openclaw }: LocalOptions, teardown: Teardown): Promise<Everything> {
  const started: { bin?: string; stack?: Stack; executor?: ChildProcess; dashboardUrl?: string } = {};
  const tasks: ListrTask[] = [
    // First, because it takes the folder: from here on stop and status know of this start.
    {
      title: "Local Supabase",
      task: async (_, task) => {
        const say = (line: string) => {
          task.output = line;
        };
        started.stack = await startStack({
          stateDir,
          onProgress: say,
          prepareDatabase: async (dbUrl) => {
            await migrate(dbUrl, { onWaiting: say });
            await seedProject(dbUrl);
          },
        });
        teardown.add(started.stack.stop);
      },
    },
    {
      title: "OpenClaw",
      task: async (_, task) => {
        const say = (line: string) => {
          task.output = line;
        };
        started.bin = openclaw ?? (await ensureOpenclaw({ onProgress: say })).bin;
      },
    },
    {
      title: "Executor",
      task: async () => {
        const stack = required(started.stack);
        const since = new Date();
        const executorId = await localExecutorId(stateDir);
        const executor = await startExecutor(stateDir, stack, required(started.bin));
        started.executor = executor;
        teardown.add(executor.stop);
        await untilReady(executor, () => hasReported(stack.dbUrl, executorId, since), 60_000);
        await adoptMainAgent(stack.dbUrl, executorId);
      },
    },
    {
      title: "Dashboard",
      task: async () => {
        const port = await claimPort(stateDir, "dashboard", console.error);
        const dashboard = await serveDashboard({ port, stateDir }, required(started.stack));
        teardown.add(dashboard.stop);
        started.dashboardUrl = dashboard.url;
      },
    },
  ];
  await new Listr(tasks, { fallbackRenderer: "simple", registerSignalListeners: false }).run();

  const stack = required(started.stack);
  const dashboardUrl = required(started.dashboardUrl);
  const { id, fragment } = await signInOwner(stateDir, stack.auth);
  await giveProjectAnOwner(stack.dbUrl, id);
  return {
    apiUrl: stack.apiUrl,
    dashboardUrl,
    signInUrl: `${dashboardUrl}/#${fragment}`,
    crashed: Promise.race([stack.crashed, firstCrash([required(started.executor)], teardown.isRunning)]),
  };
}

function required<T>(value: T | undefined): T {
  if (value === undefined) throw new Error("An earlier part has not started");
  return value;
}
