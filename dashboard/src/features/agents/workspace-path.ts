import type { ExecutorRow } from "../../lib/fleet/rows.ts";

/** Where OpenClaw keeps its workspaces when nobody set another root. */
const DEFAULT_WORKSPACE_ROOT = "~/.openclaw";

/** Where the executor puts, or will put, the agent's files. */
export function workspacePath(agentId: string, executor: Pick<ExecutorRow, "workspace_root"> | undefined): string {
  return `${executor?.workspace_root ?? DEFAULT_WORKSPACE_ROOT}/workspace-${agentId}`;
}
