import { stat } from "node:fs/promises";
import { dirname } from "node:path";
import { isSystemError } from "./system-error.ts";

/** It, or the first above it that is there. @throws when what is there is no folder */
export async function nearestFolder(folder: string): Promise<string> {
  try {
    if ((await stat(folder)).isDirectory()) return folder;
  } catch (error) {
    if (!isSystemError(error, "ENOENT") || dirname(folder) === folder) throw error;
    return await nearestFolder(dirname(folder));
  }
  throw new Error(`${folder} is no folder`);
}
