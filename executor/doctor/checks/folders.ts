import { randomUUID } from "node:crypto";
import { constants } from "node:fs";
import { access, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { nearestFolder } from "../../nearest-folder.ts";
import type { Check } from "../check.ts";
import { fail, ok, type Verdict, warn } from "../finding.ts";

const MIB = 1024 * 1024;
const LITTLE = 1024 * MIB;
const TOO_LITTLE = 100 * MIB;

/** Where agents' workspaces are made. */
export const workspaceRootCheck: Check = {
  name: "workspaces",
  look: async ({ config }) => [await judgeWritable(config.workspaceRoot, "WORKSPACE_ROOT")],
};

/** What the executor keeps for itself. Who may read it is another check's. */
export const stateFolderCheck: Check = {
  name: "state folder",
  look: async ({ config }) => [await judgeWritable(config.stateDir, "STATE_DIR")],
};

/** Whether there is room. Folders on one disk are one finding. */
export const diskCheck: Check = {
  name: "disk",
  async look({ config, freeBytes }) {
    const folders = [...new Set([config.stateDir, config.workspaceRoot])];
    const rooms = new Map<number, { folder: string; bytes: number }>();
    for (const folder of folders) {
      const place = await nearestFolder(folder).catch(() => null);
      // What is no folder has its own finding.
      if (place === null) continue;
      const { dev } = await stat(place);
      if (!rooms.has(dev)) rooms.set(dev, { folder, bytes: await freeBytes(place) });
    }
    return [...rooms.values()].map(judgeRoom);
  },
};

function judgeRoom({ folder, bytes }: { folder: string; bytes: number }): Verdict {
  const message = `${Math.floor(bytes / MIB).toLocaleString("en")} MiB are free for ${folder}`;
  const hint = "Free some space on this machine";
  if (bytes < TOO_LITTLE) return fail(message, hint);
  return bytes < LITTLE ? warn(message, hint) : ok(message);
}

async function judgeWritable(folder: string, setting: string): Promise<Verdict> {
  try {
    const place = await nearestFolder(folder);
    if (place !== folder) {
      await access(place, constants.W_OK);
      return ok(`${folder} is made when it is needed`);
    }
    const probe = join(folder, `.hatchery-${randomUUID()}`);
    await writeFile(probe, "", { flag: "wx", mode: 0o600 });
    await rm(probe);
    return ok(`${folder} can be written`);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const hint = `Make it a folder that this user may write, or let ${setting} name another`;
    return fail(`${folder} cannot be written: ${why}`, hint);
  }
}
