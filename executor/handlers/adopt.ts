import { ADOPTED_FILES } from "#contract";
import type { Openclaw } from "../openclaw.ts";
import type { RequestQueue } from "../request-queue.ts";
import { untilAnswered } from "../until-answered.ts";
import type * as Workspaces from "../workspace.ts";
import type { Handler, HandlerContext } from "./handler.ts";
import { findLiveAgent } from "./live-agent.ts";
import { createSteps } from "./steps.ts";

export interface AdoptEdges {
  openclaw: Pick<Openclaw, "listAgents" | "version">;
  workspaces: Pick<typeof Workspaces, "workspacePath" | "readWorkspaceFile">;
  queue: Pick<RequestQueue, "saveRequestDocument">;
  workspaceRoot: string;
}

/** Takes over an agent that lives already: its files become documents. Changes nothing on this machine. */
export function createAdopt(edges: AdoptEdges): Handler {
  const { openclaw, workspaces, queue } = edges;

  async function sendDocuments(workspace: Workspaces.Workspace, { claim, signal, log }: HandlerContext): Promise<void> {
    for (const [type, file] of Object.entries(ADOPTED_FILES)) {
      const content = await workspaces.readWorkspaceFile(workspace, file);
      if (content === null) continue;
      const outcome = await untilAnswered(() => queue.saveRequestDocument(claim, { type, content }), signal, log);
      log.info({ document: type, outcome }, "a file was taken over");
    }
  }

  return async (request, context) => {
    const { signal } = context;
    const steps = createSteps(context, []);
    const { agents, workspace } = await steps.run("workspace", async () => {
      const listed = await openclaw.listAgents(signal);
      const found = await findLiveAgent(listed, request, edges);
      await sendDocuments(found, context);
      return { agents: listed, workspace: found };
    });
    return {
      result: {
        agentId: request.agent_id_short,
        workspaceDir: workspace.dir,
        openclawVersion: await openclaw.version(signal),
        steps: await steps.finish(),
      },
      runtimeAgents: agents,
    };
  };
}
