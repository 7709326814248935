import { constants } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { LARGEST_DOCUMENT_BYTES } from "#contract";
import { ExecutorError, PermanentError } from "../errors.ts";
import { isSystemError } from "../system-error.ts";
import { toWorkspaceError } from "../workspace-errors.ts";
import { isSameEntry, type ListFolder, requireFile, statsOf } from "./entry.ts";
import { type HeldFolder, holdFolder, type Workspace } from "./held-folder.ts";

const TEXT_HINT = "Save it as a UTF-8 text of at most 1 MiB and retry";
/** Whoever saves that often by renaming in between is told so. */
const TRIES = 20;

/**
 * The text of a document's file (`SOUL.md`, `memory/2026-11-27.md`), or null when it is absent.
 * @throws PermanentError workspace_unsafe for a link, what is another user's, more than 1 MiB, or what is not UTF-8 text; workspace_not_writable
 */
export async function readWorkspaceFile(workspace: Workspace, file: string, list?: ListFolder): Promise<string | null> {
  try {
    await using folder = await holdFolder(workspace, file, { list });
    if (folder === null) return null;
    for (let tries = 1; tries <= TRIES; tries += 1) {
      if ((await folder.find()) === null) return null;
      const text = await readEntry(folder, folder.path, 2);
      if (text !== null) return text;
    }
    throw new ExecutorError("workspace_not_writable", `${folder.path} was replaced each time it was read`);
  } catch (error) {
    throw toWorkspaceError(error, `${workspace.dir}/${file}`);
  }
}

/**
 * The text of what was opened, when it is what lies at `path` in the folder that is held; null when it is something else by
 * now: somebody saved it by renaming.
 */
export async function readEntry(folder: HeldFolder, path: string, names: number): Promise<string | null> {
  await using handle = await openAnew(path);
  const stats = await handle?.stat();
  if (!handle || !stats) return null;
  requireFile(path, stats, names);
  folder.confirm();
  if (!isSameEntry(statsOf(path), stats)) return null;
  folder.confirm();
  return decode(path, await readAtMost(handle, LARGEST_DOCUMENT_BYTES + 1));
}

async function openAnew(path: string): Promise<FileHandle | null> {
  try {
    // NONBLOCK: should the file have become a pipe since, opening it must not wait for a writer.
    return await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    if (isSystemError(error, "ENOENT")) return null;
    throw error;
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
  if (bytes.length > LARGEST_DOCUMENT_BYTES)
    throw new PermanentError("workspace_unsafe", `${path} is larger than 1 MiB`, { hint: TEXT_HINT });
  try {
    // The byte order mark is part of the text: what is read and written back must be the same bytes.
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    if (!text.includes("\0")) return text;
  } catch (cause) {
    throw new PermanentError("workspace_unsafe", `${path} is not UTF-8 text`, { hint: TEXT_HINT, cause });
  }
  throw new PermanentError("workspace_unsafe", `${path} contains a NUL character`, { hint: TEXT_HINT });
}
