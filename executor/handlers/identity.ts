import type { ClaimedRequest } from "#contract";
import type { WriteCall } from "../guarded-writes.ts";
import { withIdentity } from "../identity-file.ts";
import type { Openclaw } from "../openclaw.ts";
import type * as Workspaces from "../workspace.ts";
import { requireListed } from "./runtime-list.ts";

interface IdentityEdges {
  openclaw: Pick<Openclaw, "setIdentity" | "listAgents">;
  workspaces: Pick<typeof Workspaces, "readWorkspaceFile" | "writeWorkspaceFile">;
}

/** Gives the agent in this workspace its name and emoji, in OpenClaw and in IDENTITY.md. @returns the text of IDENTITY.md */
export async function identify(
  { openclaw, workspaces }: IdentityEdges,
  workspace: Workspaces.Workspace,
  { display_name: name, emoji }: Pick<ClaimedRequest, "display_name" | "emoji">,
  { signal, ...call }: WriteCall & { signal: AbortSignal },
): Promise<string> {
  try {
    await openclaw.setIdentity({ id: workspace.id, name, emoji }, { signal, ...call });
  } catch (error) {
    signal.throwIfAborted();
    requireListed(await openclaw.listAgents(signal), workspace.id);
    throw error;
  }
  const found = await workspaces.readWorkspaceFile(workspace, "IDENTITY.md");
  const wanted = withIdentity(found, { name, emoji });
  signal.throwIfAborted();
  if (wanted !== found) await workspaces.writeWorkspaceFile(workspace, "IDENTITY.md", wanted);
  return wanted;
}
