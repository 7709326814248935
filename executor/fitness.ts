import { readdir, statfs } from "node:fs/promises";
import { join } from "node:path";
import { nearestFolder } from "./nearest-folder.ts";
import { readStateFile, removeStateFile, toStateError, writeStateFile } from "./state-file.ts";
import { diskFull } from "./system-error.ts";

/** As much as the largest document: a disk with room for less would only fail the next request. */
const NEEDED_BYTES = 1024 * 1024;
/** What a request reads of the executor's own files. Never the locks: who closes one that it holds has lost it. */
const READ_BY_REQUESTS = /^openclaw-.*\.json$/;
const COPY = /^\d{6}-.*\.json$/;

/**
 * Tries what a request does in the executor's own folder: it writes there and beside the copies of OpenClaw's config, and reads
 * what it has noted.
 * @throws ExecutorError disk_full | state_not_writable
 */
export async function requireUsableState(stateDir: string): Promise<void> {
  const copies = join(stateDir, "openclaw-config");
  for (const folder of [stateDir, copies]) {
    const probe = join(folder, "probe");
    await writeStateFile(probe, new Uint8Array(NEEDED_BYTES));
    await removeStateFile(probe);
  }
  for (const name of await namesIn(stateDir, READ_BY_REQUESTS)) await readStateFile(join(stateDir, name));
  // The older ones are only wanted when agents are lost.
  for (const name of (await namesIn(copies, COPY)).slice(-1)) await readStateFile(join(copies, name));
}

async function namesIn(folder: string, pattern: RegExp): Promise<string[]> {
  const names = await readdir(folder).catch((error: unknown) => {
    throw toStateError(error, folder);
  });
  return names.filter((name) => pattern.test(name)).sort();
}

/**
 * Whether documents have room where the workspaces are. Nothing is written to see that: the folder is OpenClaw's, and only
 * workspaces in it are the executor's. So the limit of one user (a quota) is met by the next request alone.
 * @throws ExecutorError disk_full
 */
export async function requireRoom(workspaceRoot: string): Promise<void> {
  let free: number;
  try {
    const { bavail, bsize } = await statfs(await nearestFolder(workspaceRoot));
    free = bavail * bsize;
  } catch {
    // Cannot be looked at: what is wrong with it is for each request to say.
    return;
  }
  if (free < NEEDED_BYTES) throw diskFull(workspaceRoot);
}
