import { mkdir } from "node:fs/promises";
import { Listr, type ListrTask } from "listr2";
import { type ChildProcess, firstCrash, untilReady } from "../stack/child-processes.ts";
import { claimPort, reapOrphans, releaseOwnership, takeOwnership } from "../stack/index.ts";
import type { Teardown } from "../stack/teardown.ts";
import { serveDashboard } from "./dashboard-server.ts";
import { startEnrolledExecutor } from "./executor-process.ts";
import { ensureOpenclaw } from "./install-openclaw.ts";
import type { LocalOptions, RemoteProject } from "./options.ts";
import { readCredential, withStanding } from "./remote-executor.ts";

export type RemoteRun = {
  dashboardUrl: string;
  /** False: there is no executor, and this machine claims nothing. */
  isEnrolled: boolean;
  /** Resolves when a part ends although nobody stopped it. */
  crashed: Promise<Error>;
};

const ANSWER_WITHIN_MS = 10_000;

/**
 * Starts the dashboard against a Supabase project that runs elsewhere, and the executor when it was enrolled there. Changes
 * nothing in the project. What it started is in `teardown`, also when it throws.
 * @throws Error when the project does not answer, or a part does not start.
 */
export async function startRemote(
  { stateDir, openclaw }: LocalOptions,
  project: RemoteProject,
  teardown: Teardown,
): Promise<RemoteRun> {
  const started: { executor?: ChildProcess; dashboardUrl?: string } = {};
  const tasks: ListrTask[] = [
    {
      title: `Supabase at ${project.apiUrl}`,
      task: async (_, task) => {
        await mkdir(stateDir, { recursive: true, mode: 0o700 });
        await takeOwnership(stateDir);
        teardown.add(() => releaseOwnership(stateDir));
        for (const name of await reapOrphans(stateDir)) task.output = `Ended ${name} of an earlier run`;
        await requireFunction(project);
      },
    },
    {
      title: "Executor",
      task: async (_, task) => {
        const credential = readCredential(stateDir, project);
        if (credential === undefined) return task.skip("Executor: not enrolled there, so this machine claims nothing");
        const say = (line: string) => {
          task.output = line;
        };
        const bin = openclaw ?? (await ensureOpenclaw({ onProgress: say })).bin;
        const began = performance.now();
        const executor = await startEnrolledExecutor(stateDir, bin);
        started.executor = executor;
        teardown.add(executor.stop);
        await withStanding(stateDir, { project, credential }, async (ask) => {
          const isHeardOf = async () => {
            const { silentSeconds } = await ask();
            return silentSeconds !== null && silentSeconds < (performance.now() - began) / 1000;
          };
          await untilReady(executor, isHeardOf, 60_000);
        });
      },
    },
    {
      title: "Dashboard",
      task: async () => {
        const port = await claimPort(stateDir, "dashboard", console.error);
        const dashboard = await serveDashboard({ port, stateDir }, project);
        teardown.add(dashboard.stop);
        started.dashboardUrl = dashboard.url;
      },
    },
  ];
  await new Listr(tasks, { fallbackRenderer: "simple", registerSignalListeners: false }).run();
  const { executor, dashboardUrl = "" } = started;
  return {
    dashboardUrl,
    isEnrolled: executor !== undefined,
    crashed: firstCrash(executor === undefined ? [] : [executor], teardown.isRunning),
  };
}

/** Whether the project's provision-agent answers. */
export async function hasFunction({ apiUrl }: RemoteProject): Promise<boolean> {
  const address = `${apiUrl}/functions/v1/provision-agent`;
  const answer = await fetch(address, { method: "OPTIONS", signal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
  return answer.ok;
}

async function requireFunction(project: RemoteProject): Promise<void> {
  let isThere: boolean;
  try {
    isThere = await hasFunction(project);
  } catch (error) {
    throw new Error(`${project.apiUrl} gives no answer: check SUPABASE_URL, the network, and whether it is paused`, {
      cause: error,
    });
  }
  if (!isThere)
    throw new Error(`${project.apiUrl} has no function provision-agent: deploy it first (docs/mac-mini.md)`);
}
