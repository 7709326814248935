import type { ClaimedRequest, RuntimeAgent } from "#contract";
import { ExecutorError, PermanentError } from "../errors.ts";
import { isSameFolder } from "../same-folder.ts";
import type { Workspace } from "../workspace.ts";

/** What must be so before anything of this agent is written: the id and the workspace are free, or already its own. */
export async function refuseStrangers(
  agents: RuntimeAgent[],
  dir: string,
  { agent_id_short: id, workspace_prepared: isPrepared }: ClaimedRequest,
): Promise<void> {
  for (const agent of agents) {
    const isHere = await isSameFolder(agent.workspace, dir);
    if (agent.id === id && !(isHere && isPrepared)) {
      throw new PermanentError(
        "agent_id_taken",
        `OpenClaw already has an agent ${id}, which was not made by this request`,
        {
          hint: "Choose another id, or delete that agent in OpenClaw first",
        },
      );
    }
    if (agent.id !== id && isHere) {
      throw new PermanentError("workspace_taken", `The workspace ${dir} belongs to OpenClaw's agent ${agent.id}`, {
        hint: `Give ${agent.id} another workspace, or choose another id`,
      });
    }
  }
}

/** @throws PermanentError agent_id_taken when the list holds this id with another workspace. @returns whether it is there */
export async function isListed(agents: RuntimeAgent[], id: string, dir: string): Promise<boolean> {
  const agent = agents.find((listed) => listed.id === id);
  if (agent === undefined) return false;
  if (await isSameFolder(agent.workspace, dir)) return true;
  throw new PermanentError("agent_id_taken", `OpenClaw has an agent ${id} whose workspace is ${agent.workspace}`, {
    hint: "Choose another id, or delete that agent in OpenClaw first",
  });
}

/** OpenClaw's word is not enough: an agent is there when its own list shows it. @throws PermanentError not_in_runtime */
export function requireListed(agents: RuntimeAgent[], id: string): RuntimeAgent {
  const agent = agents.find((listed) => listed.id === id);
  if (agent !== undefined) return agent;
  throw new PermanentError("not_in_runtime", `OpenClaw reported success, but does not list the agent ${id}`, {
    hint: "Run openclaw agents list on the Mac mini, and look at OpenClaw's log",
  });
}

/** @throws ExecutorError not_in_runtime | wrong_in_runtime, when the list does not show the agent that was asked for */
export async function verifyListed(
  agents: RuntimeAgent[],
  { id, dir }: Workspace,
  { display_name: name, emoji }: ClaimedRequest,
): Promise<void> {
  const agent = requireListed(agents, id);
  const wrong = [
    ...((await isSameFolder(agent.workspace, dir)) ? [] : [`workspace ${agent.workspace}`]),
    ...(agent.name === name ? [] : [`name ${JSON.stringify(agent.name)}`]),
    ...(agent.emoji === emoji ? [] : [`emoji ${JSON.stringify(agent.emoji)}`]),
  ];
  if (wrong.length > 0) {
    throw new ExecutorError("wrong_in_runtime", `OpenClaw lists the agent ${id} with another ${wrong.join(" and ")}`);
  }
}
