import { constants } from "node:fs";
import { mkdir, open, readFile, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { ExecutorError } from "./errors.ts";
import { asDiskFull, isSystemError } from "./system-error.ts";

/**
 * Replaces a file of the executor's own folder in one step, for its owner's eyes alone (mode 600, the folder 700). Also
 * after a power cut it holds the old content or the new one. At most one writer a file.
 * @throws ExecutorError disk_full | state_not_writable, with the old content in place
 */
export async function writeStateFile(file: string, content: string | Uint8Array): Promise<void> {
  const draft = `${file}.new`;
  const folder = dirname(file);
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await rm(draft, { force: true });
    await writeNew(draft, content);
    await rename(draft, file);
    await syncFolder(folder);
  } catch (error) {
    // What is wrong with the draft is wrong with the file, and told by that.
    await rm(draft, { force: true }).catch(() => undefined);
    throw toStateError(error, file);
  }
}

/** The content, or null when there is no such file. @throws ExecutorError state_not_writable */
export async function readStateFile(file: string): Promise<string | null> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    if (isSystemError(error, "ENOENT")) return null;
    throw toStateError(error, file);
  }
}

/** @throws ExecutorError state_not_writable */
export async function removeStateFile(file: string): Promise<void> {
  try {
    await rm(file, { force: true });
  } catch (error) {
    throw toStateError(error, file);
  }
}

async function writeNew(path: string, content: string | Uint8Array): Promise<void> {
  const { O_CREAT, O_EXCL, O_WRONLY, O_NOFOLLOW } = constants;
  await using handle = await open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600);
  await handle.writeFile(content);
  await handle.sync();
}

/** Without it a power cut may undo the rename. */
async function syncFolder(folder: string): Promise<void> {
  await using handle = await open(folder, constants.O_RDONLY | constants.O_DIRECTORY);
  await handle.sync();
}

/** Why a file or folder of the executor's own cannot be used, and what to do. */
export function toStateError(error: unknown, file: string): ExecutorError {
  const full = asDiskFull(error, file);
  if (full !== null) return full;
  const why = error instanceof Error ? error.message : String(error);
  return new ExecutorError("state_not_writable", `The executor cannot use its own file ${file}: ${why}`, {
    hint: "Give the user of the executor the folder STATE_DIR, with write permission",
    cause: error,
  });
}
