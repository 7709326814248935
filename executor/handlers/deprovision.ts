import { type ClaimedRequest, MAIN_AGENT_ID, type RuntimeAgent } from "#contract";
import { AgentMissingError, ExecutorError, PermanentError } from "../errors.ts";
import type { WriteCall } from "../guarded-writes.ts";
import type { Openclaw } from "../openclaw.ts";
import type * as Workspaces from "../workspace.ts";
import type { Handler } from "./handler.ts";
import { requireOwnFolder } from "./live-agent.ts";
import { createSteps } from "./steps.ts";

export interface DeprovisionEdges {
  openclaw: Openclaw;
  workspaces: Pick<typeof Workspaces, "workspacePath" | "hasWorkspace">;
  workspaceRoot: string;
}

/** Removes an agent from OpenClaw, which moves its workspace to the trash. One that is gone already is as good. */
export function createDeprovision({ openclaw, workspaces, workspaceRoot }: DeprovisionEdges): Handler {
  /** @returns whether OpenClaw is to be told of it. */
  async function isToRemove(request: ClaimedRequest, agents: RuntimeAgent[], dir: string): Promise<boolean> {
    const id = request.agent_id_short;
    // OpenClaw takes ids in any case: told of `ricky` it would remove `Ricky`.
    const agent = agents.find((listed) => listed.id.toLowerCase() === id);
    if (agent !== undefined && (agent.isDefault || agent.id === MAIN_AGENT_ID)) {
      throw new PermanentError("forbidden", `${id} is OpenClaw's default agent, which is not removed`, {
        hint: "Give OpenClaw another default agent, then retry",
      });
    }
    const isOurs = request.provisioned || request.workspace_prepared;
    if (!isOurs || (agent !== undefined && agent.id !== id)) return false;
    if (agent !== undefined) await requireOwnFolder(agent, dir);
    // A removal that was cut off may have left the workspace; asked again, OpenClaw ends it.
    return agent !== undefined || (await workspaces.hasWorkspace(workspaceRoot, id));
  }

  async function remove(id: string, call: WriteCall): Promise<void> {
    try {
      await openclaw.deleteAgent(id, call);
    } catch (error) {
      if (!(error instanceof AgentMissingError)) throw error;
    }
  }

  function requireGone(agents: RuntimeAgent[], id: string): void {
    if (agents.every((listed) => listed.id !== id)) return;
    throw new ExecutorError("still_in_runtime", `OpenClaw reported success, but still lists the agent ${id}`, {
      hint: "Run openclaw agents list on the Mac mini, and look at OpenClaw's log",
    });
  }

  return async (request, context) => {
    const { signal, log } = context;
    const id = request.agent_id_short;
    const steps = createSteps(context, []);
    const { dir, isDue, wasThere } = await steps.run("workspace", async () => {
      const place = await workspaces.workspacePath(workspaceRoot, id);
      return {
        dir: place,
        isDue: await isToRemove(request, await openclaw.listAgents(signal), place),
        wasThere: await workspaces.hasWorkspace(workspaceRoot, id),
      };
    });
    await steps.runWrite("remove", async (told) => {
      if (isDue) await remove(id, { signal, requestId: request.request_id, ...told });
    });
    const proof = await steps.run("verify", async () => {
      const agents = await openclaw.listAgents(signal);
      await openclaw.requireNoneLost();
      if (isDue) requireGone(agents, id);
      const isThere = await workspaces.hasWorkspace(workspaceRoot, id);
      const workspace = isThere ? ("kept" as const) : wasThere ? ("trashed" as const) : ("absent" as const);
      log.info({ workspace }, "agent removed");
      return { agents, workspace, openclawVersion: await openclaw.version(signal) };
    });
    return {
      result: {
        ...{ agentId: id, workspaceDir: dir, workspace: proof.workspace },
        openclawVersion: proof.openclawVersion,
        steps: await steps.finish(),
      },
      runtimeAgents: proof.agents,
    };
  };
}
