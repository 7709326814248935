import { ALIVE_SECONDS } from "#contract";
import { readOwner, readState } from "../stack/index.ts";
import { localExecutorId, openclawHome } from "./executor-process.ts";
import type { RemoteProject } from "./options.ts";
import { readCredential, withStanding } from "./remote-executor.ts";
import { hasFunction } from "./start-remote.ts";
import { dashboardAddress, findDown, type Status } from "./status.ts";

/** Of what `npm start -- --remote` runs in this folder, without secrets; undefined when nothing does. */
export async function readRemoteStatus(stateDir: string, project: RemoteProject): Promise<Status | undefined> {
  if ((await readOwner(stateDir)) === undefined) return undefined;
  const dashboardUrl = dashboardAddress((await readState(stateDir))?.ports["dashboard"]);
  const credential = readCredential(stateDir, project);
  const down = await findDown({
    "provision-agent": () => hasFunction(project),
    ...(credential && {
      executor: async () => {
        const { silentSeconds } = await withStanding(stateDir, { project, credential }, (ask) => ask());
        return silentSeconds !== null && silentSeconds <= ALIVE_SECONDS;
      },
    }),
    dashboard: async () => (await fetch(dashboardUrl)).ok,
  });
  const lines = {
    API_URL: project.apiUrl,
    PUBLISHABLE_KEY: project.publishableKey,
    DASHBOARD_URL: dashboardUrl,
    EXECUTOR_ID: await localExecutorId(stateDir),
    OPENCLAW_HOME: openclawHome(stateDir),
  };
  return { lines, down };
}
