import { type ClaimedRequest, MAIN_AGENT_ID, type RuntimeAgent } from "#contract";
import { PermanentError } from "../errors.ts";
import { isSameFolder } from "../same-folder.ts";
import type * as Workspaces from "../workspace.ts";

interface LiveAgentEdges {
  workspaces: Pick<typeof Workspaces, "workspacePath">;
  workspaceRoot: string;
}

/**
 * The agent of this request as OpenClaw lists it, with its workspace: its own folder under the root, and of the main agent
 * the one that OpenClaw says. Looks at nothing in it.
 * @throws PermanentError not_in_runtime | workspace_elsewhere
 */
export async function findLiveAgent(
  agents: RuntimeAgent[],
  { agent_id_short: id }: ClaimedRequest,
  { workspaces, workspaceRoot }: LiveAgentEdges,
): Promise<Workspaces.Workspace> {
  const isMain = id === MAIN_AGENT_ID;
  const agent = agents.find((listed) => (isMain ? listed.isDefault : listed.id === id));
  if (agent === undefined) {
    throw new PermanentError("not_in_runtime", `OpenClaw does not list the agent ${id}`, {
      hint: isMain ? "Give OpenClaw a default agent, then retry" : "Provision it again, or remove it here as well",
    });
  }
  if (isMain) return { id: agent.id, dir: agent.workspace };
  const dir = await workspaces.workspacePath(workspaceRoot, id);
  await requireOwnFolder(agent, dir);
  return { id, dir };
}

/** @throws PermanentError workspace_elsewhere */
export async function requireOwnFolder({ id, workspace }: RuntimeAgent, dir: string): Promise<void> {
  if (await isSameFolder(workspace, dir)) return;
  throw new PermanentError("workspace_elsewhere", `OpenClaw's agent ${id} has the workspace ${workspace}, not ${dir}`, {
    hint: "Move the folder there and tell OpenClaw so, or leave the agent to OpenClaw alone",
  });
}
