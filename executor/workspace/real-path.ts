import { realpath } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { isSystemError } from "../system-error.ts";

/** The path without symlinks, also when its last parts do not exist yet. */
export async function realpathOfFuture(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    const parent = dirname(path);
    if (!isSystemError(error, "ENOENT") || parent === path) throw error;
    return join(await realpathOfFuture(parent), basename(path));
  }
}
