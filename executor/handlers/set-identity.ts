import type { Openclaw } from "../openclaw.ts";
import type { RequestQueue } from "../request-queue.ts";
import { untilAnswered } from "../until-answered.ts";
import type * as Workspaces from "../workspace.ts";
import type { Handler } from "./handler.ts";
import { identify } from "./identity.ts";
import { findLiveAgent } from "./live-agent.ts";
import { verifyListed } from "./runtime-list.ts";
import { createSteps } from "./steps.ts";

export interface SetIdentityEdges {
  openclaw: Openclaw;
  workspaces: Pick<
    typeof Workspaces,
    "workspacePath" | "readWorkspaceFile" | "replaceWorkspaceFile" | "takeDisplaced" | "withWorkspace"
  >;
  queue: Pick<RequestQueue, "saveRequestDocument">;
  workspaceRoot: string;
}

/** Calls a live agent what it is called in the database. */
export function createSetIdentity(edges: SetIdentityEdges): Handler {
  const { openclaw, queue } = edges;
  return async (request, context) => {
    const { claim, signal, log } = context;
    const steps = createSteps(context, []);
    const workspace = await steps.run("workspace", async () =>
      findLiveAgent(await openclaw.listAgents(signal), request, edges),
    );
    await steps.runWrite("identity", async (told) => {
      const call = { signal, requestId: request.request_id, ...told };
      const save = (content: string) =>
        untilAnswered(() => queue.saveRequestDocument(claim, { type: "identity", content }), signal, log);
      await save(await identify({ ...edges, keep: save }, workspace, request, call));
    });
    const proof = await steps.run("verify", async () => {
      const agents = await openclaw.listAgents(signal);
      await openclaw.requireNoneLost();
      await verifyListed(agents, workspace, request);
      return { agents, openclawVersion: await openclaw.version(signal) };
    });
    return {
      result: {
        agentId: request.agent_id_short,
        workspaceDir: workspace.dir,
        openclawVersion: proof.openclawVersion,
        steps: await steps.finish(),
      },
      runtimeAgents: proof.agents,
    };
  };
}
