import type { ClaimedRequest } from "#contract";
import type { WriteCall } from "../guarded-writes.ts";
import { withIdentity } from "../identity-file.ts";
import type { Openclaw } from "../openclaw.ts";
import type * as Workspaces from "../workspace.ts";
import { requireListed } from "./runtime-list.ts";

const FILE = "IDENTITY.md";

interface IdentityEdges {
  openclaw: Pick<Openclaw, "setIdentity" | "listAgents">;
  workspaces: Pick<typeof Workspaces, "readWorkspaceFile" | "replaceWorkspaceFile" | "takeDisplaced" | "withWorkspace">;
  /** Keeps a text of IDENTITY.md that another takes the place of. */
  keep(text: string): Promise<unknown>;
}

/** Gives the agent in this workspace its name and emoji, in OpenClaw and in IDENTITY.md. @returns the text of IDENTITY.md */
export async function identify(
  edges: IdentityEdges,
  workspace: Workspaces.Workspace,
  identity: Pick<ClaimedRequest, "display_name" | "emoji">,
  { signal, ...call }: WriteCall & { signal: AbortSignal },
): Promise<string> {
  const { openclaw, workspaces } = edges;
  const { display_name: name, emoji } = identity;
  try {
    await openclaw.setIdentity({ id: workspace.id, name, emoji }, { signal, ...call });
  } catch (error) {
    signal.throwIfAborted();
    requireListed(await openclaw.listAgents(signal), workspace.id);
    throw error;
  }
  return await workspaces.withWorkspace(workspace, () => writeIdentity(edges, workspace, { name, emoji }, signal));
}

async function writeIdentity(
  { workspaces, keep }: IdentityEdges,
  workspace: Workspaces.Workspace,
  identity: { name: string; emoji: string },
  signal: AbortSignal,
): Promise<string> {
  const keepAndForget = async ({ text, forget }: Workspaces.Displaced) => {
    await keep(text);
    await forget();
  };
  const left = await workspaces.takeDisplaced(workspace, FILE);
  if (left !== null) await keepAndForget(left);
  let lying = await workspaces.readWorkspaceFile(workspace, FILE);
  let wanted = withIdentity(lying, identity);
  if (lying !== null && lying !== wanted) await keep(lying);
  while (wanted !== lying) {
    signal.throwIfAborted();
    const { displaced } = await workspaces.replaceWorkspaceFile(workspace, FILE, wanted);
    if (displaced === null || displaced.text === lying) {
      await displaced?.forget();
      return wanted;
    }
    // Somebody wrote it meanwhile: their lines stay, with this name and emoji.
    await keepAndForget(displaced);
    lying = wanted;
    wanted = withIdentity(displaced.text, identity);
  }
  return wanted;
}
