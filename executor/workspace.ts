import { constants } from "node:fs";
import { access, chmod, mkdir } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { agentIdShort, MAIN_AGENT_ID } from "#contract";
import { PermanentError } from "./errors.ts";
import { findEntry, type ListFolder, requireFolder, statsOf } from "./workspace/entry.ts";
import type { Workspace } from "./workspace/held-folder.ts";
import { realpathOfFuture } from "./workspace/real-path.ts";
import { toWorkspaceError } from "./workspace-errors.ts";

export type { Workspace } from "./workspace/held-folder.ts";
export { readWorkspaceFile } from "./workspace/read-file.ts";
export { cutOffDays, type Displaced, replaceWorkspaceFile, sha256, takeDisplaced } from "./workspace/replace-file.ts";
export { withWorkspace } from "./workspace/with-workspace.ts";

/** Everything a person could have put where a workspace belongs. Answers whether it is there. */
async function checkDirectory(dir: string, list?: ListFolder): Promise<boolean> {
  const stats = await findEntry(dirname(dir), basename(dir), list);
  if (!stats) return false;
  requireFolder(dir, stats);
  await access(dir, constants.R_OK | constants.W_OK | constants.X_OK);
  return true;
}

/**
 * `<root>/workspace-<id>` with the root's symlinks resolved. Creates nothing and looks at nothing inside the root.
 * @throws PermanentError invalid_row when `id` is not an agent id; workspace_unsafe | workspace_not_writable for the root
 */
export async function workspacePath(root: string, id: string): Promise<string> {
  if (!agentIdShort.safeParse(id).success)
    throw new PermanentError("invalid_row", `${JSON.stringify(id)} is not an agent id`);
  return await pathUnder(root, `workspace-${id}`);
}

async function pathUnder(root: string, name: string): Promise<string> {
  try {
    return join(await realpathOfFuture(resolve(root)), name);
  } catch (error) {
    throw toWorkspaceError(error, root);
  }
}

/**
 * Checks the workspace of an agent and makes the folder (mode 755) when it is absent.
 * @throws PermanentError invalid_row | workspace_unsafe | workspace_not_writable
 */
export async function openWorkspace(root: string, id: string): Promise<Workspace> {
  const dir = await workspacePath(root, id);
  try {
    if (!(await checkDirectory(dir))) {
      await mkdir(dirname(dir), { recursive: true, mode: 0o700 });
      await mkdir(dir);
      await chmod(dir, 0o755);
    }
  } catch (error) {
    throw toWorkspaceError(error, dir);
  }
  return { id, dir };
}

/**
 * Checks the workspace of an agent that lives here, `<root>/workspace` for the main agent, and makes nothing.
 * @throws PermanentError invalid_row | workspace_missing | workspace_unsafe | workspace_not_writable
 */
export async function existingWorkspace(root: string, id: string, list?: ListFolder): Promise<Workspace> {
  const dir = id === MAIN_AGENT_ID ? await pathUnder(root, "workspace") : await workspacePath(root, id);
  try {
    if (await checkDirectory(dir, list)) return { id, dir };
  } catch (error) {
    throw toWorkspaceError(error, dir);
  }
  throw new PermanentError("workspace_missing", `${dir} is not there`, {
    hint: "Look what became of it on the Mac mini; where OpenClaw has lost the agent, provision it again",
  });
}

/** Whether anything is in the place of this agent's workspace. @throws PermanentError invalid_row | workspace_not_writable */
export async function hasWorkspace(root: string, id: string): Promise<boolean> {
  const dir = await workspacePath(root, id);
  try {
    return statsOf(dir) !== null;
  } catch (error) {
    throw toWorkspaceError(error, dir);
  }
}
