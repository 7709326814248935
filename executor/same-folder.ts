import { stat } from "node:fs/promises";
import { resolve } from "node:path";

/**
 * Compares what the paths lead to: on a Mac /tmp and /private/tmp are one folder, and so are `Workspace-ricky` and
 * `workspace-ricky`, which no path tells.
 */
export async function isSameFolder(one: string, other: string): Promise<boolean> {
  if (resolve(one) === resolve(other)) return true;
  const [first, second] = await Promise.all([identityOf(one), identityOf(other)]);
  return first === second;
}

async function identityOf(path: string): Promise<string> {
  try {
    const { dev, ino } = await stat(path);
    return `${dev} ${ino}`;
  } catch {
    // Not there, or of somebody else: then it leads nowhere that we could have in common.
    return resolve(path);
  }
}
