import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { holdFileLock } from "../local/file-lock.ts";

const CACHE = fileURLToPath(new URL("../../node_modules/.cache/browser/", import.meta.url));

/**
 * The path of a folder that `fill` fills once, also when several processes ask at the same time. It gets its name as the
 * last act, so a killed process leaves nothing half done. `name` must change when the content would.
 */
export async function cachedFolder(name: string, fill: (folder: string) => Promise<void>): Promise<string> {
  const folder = join(CACHE, name);
  if (existsSync(folder)) return folder;
  await mkdir(CACHE, { recursive: true });
  using _ = await holdFileLock(join(CACHE, "lock"), () => undefined);
  if (existsSync(folder)) return folder;
  const draft = await mkdtemp(join(CACHE, "draft-"));
  try {
    await fill(draft);
    await rename(draft, folder);
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
  return folder;
}
