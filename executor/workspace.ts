import { createHash } from "node:crypto";
import { constants, type Stats } from "node:fs";
import { access, chmod, type FileHandle, lstat, mkdir, open, realpath, rename, rm } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { agentIdShort } from "#contract";
import { PermanentError } from "./errors.ts";
import { isSystemError } from "./system-error.ts";
import { toWorkspaceError } from "./workspace-errors.ts";

/** The files that the executor may touch in a workspace. */
export const WORKSPACE_FILES = ["SOUL.md", "USER.md", "MEMORY.md", "AGENTS.md", "IDENTITY.md"] as const;
export type WorkspaceFile = (typeof WORKSPACE_FILES)[number];

/** A workspace that was checked: `dir` is `<real root>/workspace-<id>`. */
export interface Workspace {
  id: string;
  dir: string;
}

const MAX_FILE_BYTES = 1024 * 1024;
const MOVE_HINT = "Move it away, or choose another name for the agent, and retry";

/** sha256 of the UTF-8 bytes, hex. */
export function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** The path without symlinks, also when its last parts do not exist yet. */
async function realpathOfFuture(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    const parent = dirname(path);
    if (!isSystemError(error, "ENOENT") || parent === path) throw error;
    return join(await realpathOfFuture(parent), basename(path));
  }
}

async function statsOf(path: string): Promise<Stats | null> {
  try {
    return await lstat(path);
  } catch (error) {
    if (isSystemError(error, "ENOENT")) return null;
    throw error;
  }
}

/** Everything a person could have put where a workspace belongs. Answers whether it is there. */
async function checkDirectory(dir: string): Promise<boolean> {
  const stats = await statsOf(dir);
  if (!stats) return false;
  const what = stats.isSymbolicLink() ? "a symbolic link" : stats.isDirectory() ? null : "a file";
  if (what) throw new PermanentError("workspace_unsafe", `${dir} is ${what}, not a folder`, { hint: MOVE_HINT });
  await access(dir, constants.R_OK | constants.W_OK | constants.X_OK);
  return true;
}

function checkFile(path: string, stats: Stats): void {
  const what = stats.isSymbolicLink() ? "a symbolic link" : stats.isFile() ? null : "not a file";
  const why = what ?? (stats.nlink > 1 ? "a hard link to another file" : null);
  if (why)
    throw new PermanentError("workspace_unsafe", `${path} is ${why}`, { hint: "Put a plain file there and retry" });
}

/** One of the allowed names, also when a caller's types were wrong. */
function pathOf({ dir }: Workspace, file: WorkspaceFile): string {
  const name = WORKSPACE_FILES.find((allowed) => allowed === file);
  if (!name) throw new PermanentError("workspace_unsafe", `${file} is not a file that Hatchery writes`);
  return join(dir, name);
}

/**
 * `<root>/workspace-<id>` with the root's symlinks resolved. Creates nothing and looks at nothing inside the root.
 * @throws PermanentError invalid_row when `id` is not an agent id; workspace_unsafe | workspace_not_writable for the root
 */
export async function workspacePath(root: string, id: string): Promise<string> {
  if (!agentIdShort.safeParse(id).success)
    throw new PermanentError("invalid_row", `${JSON.stringify(id)} is not an agent id`);
  try {
    return join(await realpathOfFuture(resolve(root)), `workspace-${id}`);
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

/** Whether anything is in the place of this agent's workspace. @throws PermanentError invalid_row | workspace_not_writable */
export async function hasWorkspace(root: string, id: string): Promise<boolean> {
  const dir = await workspacePath(root, id);
  try {
    return (await statsOf(dir)) !== null;
  } catch (error) {
    throw toWorkspaceError(error, dir);
  }
}

async function readAtMost(handle: FileHandle, limit: number): Promise<Buffer> {
  const buffer = Buffer.alloc(limit);
  let length = 0;
  for (;;) {
    const { bytesRead } = await handle.read(buffer, length, limit - length, null);
    length += bytesRead;
    if (bytesRead === 0 || length === limit) return buffer.subarray(0, length);
  }
}

function decode(path: string, bytes: Buffer): string {
  const hint = "Save it as a UTF-8 text of at most 1 MiB and retry";
  if (bytes.length > MAX_FILE_BYTES)
    throw new PermanentError("workspace_unsafe", `${path} is larger than 1 MiB`, { hint });
  try {
    // The byte order mark is part of the text: what is read and written back must be the same bytes.
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    if (!text.includes("\0")) return text;
  } catch (cause) {
    throw new PermanentError("workspace_unsafe", `${path} is not UTF-8 text`, { hint, cause });
  }
  throw new PermanentError("workspace_unsafe", `${path} contains a NUL character`, { hint });
}

/**
 * The file's text, or null when it is absent.
 * @throws PermanentError workspace_unsafe for a link, more than 1 MiB, or what is not UTF-8 text; workspace_not_writable
 */
export async function readWorkspaceFile(workspace: Workspace, file: WorkspaceFile): Promise<string | null> {
  const path = pathOf(workspace, file);
  try {
    if (!(await checkDirectory(workspace.dir))) return null;
    const found = await statsOf(path);
    if (!found) return null;
    checkFile(path, found);
    // NONBLOCK: should the file have become a pipe since, opening it must not wait for a writer.
    await using handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    checkFile(path, await handle.stat());
    return decode(path, await readAtMost(handle, MAX_FILE_BYTES + 1));
  } catch (error) {
    throw toWorkspaceError(error, path);
  }
}

/**
 * Replaces the file's text in one step (mode 644): a reader sees the old text or the new one, also after a power cut.
 * @returns the sha256 (hex) of what was written
 * @throws PermanentError workspace_unsafe when a link is in its place; workspace_not_writable
 */
export async function writeWorkspaceFile(workspace: Workspace, file: WorkspaceFile, text: string): Promise<string> {
  const path = pathOf(workspace, file);
  const temporary = join(workspace.dir, `.${file}.hatchery`);
  try {
    await checkDirectory(workspace.dir);
    const found = await statsOf(path);
    if (found) checkFile(path, found);
    await rm(temporary, { force: true });
    await writeNew(temporary, text);
    await rename(temporary, path);
    await using folder = await open(workspace.dir, constants.O_RDONLY | constants.O_DIRECTORY);
    await folder.sync();
  } catch (error) {
    await rm(temporary, { force: true });
    throw toWorkspaceError(error, path);
  }
  return sha256(text);
}

async function writeNew(path: string, text: string): Promise<void> {
  const { O_CREAT, O_EXCL, O_WRONLY, O_NOFOLLOW } = constants;
  await using handle = await open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o644);
  await handle.chmod(0o644);
  await handle.writeFile(text);
  await handle.sync();
}
