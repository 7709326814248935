import type { ClaimedRequest } from "#contract";
import { type SeedEdges, seedDocuments } from "../documents.ts";
import { AgentExistsError } from "../errors.ts";
import type { WriteCall } from "../guarded-writes.ts";
import type { Openclaw } from "../openclaw.ts";
import type * as Workspaces from "../workspace.ts";
import type { Handler, HandlerContext } from "./handler.ts";
import { identify } from "./identity.ts";
import { isListed, refuseStrangers, verifyListed } from "./runtime-list.ts";
import { createSteps } from "./steps.ts";

export interface ProvisionEdges {
  openclaw: Openclaw;
  workspaces: Pick<
    typeof Workspaces,
    "workspacePath" | "openWorkspace" | "readWorkspaceFile" | "replaceWorkspaceFile" | "takeDisplaced" | "withWorkspace"
  >;
  queue: SeedEdges["queue"];
  /** Workspaces are `<workspaceRoot>/workspace-<id>`. */
  workspaceRoot: string;
}

/** What lies there was written by OpenClaw a moment ago, and becomes a document when the agent is live. */
const keepNothing = () => Promise.resolve();

/**
 * Makes a new agent live in OpenClaw. Its files come first, because `agents add` would write its own into their place
 * and start a first-run interview; the list comes last, because nothing else proves that the agent is there.
 */
export function createProvision({ openclaw, workspaces, queue, workspaceRoot }: ProvisionEdges): Handler {
  async function prepare(request: ClaimedRequest, { claim, signal, log }: HandlerContext) {
    const dir = await workspaces.workspacePath(workspaceRoot, request.agent_id_short);
    const agents = await openclaw.listAgents(signal);
    await refuseStrangers(agents, dir, request);
    const workspace = await workspaces.openWorkspace(workspaceRoot, request.agent_id_short);
    const agent = { projectId: request.project_id, agentKey: request.agent_key };
    await seedDocuments(workspace, claim, { queue, agent, signal, log });
    return { workspace, isAdded: agents.some(({ id }) => id === workspace.id) };
  }

  async function add({ id, dir }: Workspaces.Workspace, call: WriteCall): Promise<void> {
    try {
      await openclaw.addAgent({ id, workspace: dir }, call);
    } catch (error) {
      // An add that was cut off may have ended its work after all: then the list shows the agent, and it is ours.
      if (!(error instanceof AgentExistsError && (await isListed(await openclaw.listAgents(call.signal), id, dir))))
        throw error;
    }
  }

  return async (request, context) => {
    const { signal } = context;
    const call = { signal, requestId: request.request_id };
    const steps = createSteps(context, request.workspace_prepared ? ["workspace"] : []);
    const { workspace, isAdded } = await steps.run("workspace", () => prepare(request, context));
    await steps.runWrite("add", async (told) => {
      if (!isAdded) await add(workspace, { ...call, ...told });
    });
    await steps.runWrite("identity", (told) =>
      identify({ openclaw, workspaces, keep: keepNothing }, workspace, request, { ...call, ...told }),
    );
    const proof = await steps.run("verify", async () => {
      const agents = await openclaw.listAgents(signal);
      await openclaw.requireNoneLost();
      await verifyListed(agents, workspace, request);
      return { agents, openclawVersion: await openclaw.version(signal) };
    });
    return {
      result: {
        agentId: workspace.id,
        workspaceDir: workspace.dir,
        openclawVersion: proof.openclawVersion,
        steps: await steps.finish(),
      },
      runtimeAgents: proof.agents,
    };
  };
}
