import { constants, type Stats } from "node:fs";
import { type FileHandle, mkdir, open, readdir } from "node:fs/promises";
import { join } from "node:path";
import { PermanentError } from "../errors.ts";
import { isSystemError } from "../system-error.ts";
import { findEntry, isSameEntry, type ListFolder, requireFile, requireFolder, statsOf } from "./entry.ts";
import { parseFileName } from "./file-name.ts";

/** A workspace that was checked: `dir` is its folder, with the root's symlinks resolved. */
export interface Workspace {
  id: string;
  dir: string;
}

/** The folder of one document's file, held open: nothing else can come by its number while it is used. */
export interface HeldFolder extends AsyncDisposable {
  path: string;
  /** What is written before it takes the file's place. */
  temporary: string;
  /** A second name of the file that is being replaced, until its text is kept. */
  displaced: string;
  /** The file, checked; null when there is none. @throws PermanentError workspace_unsafe */
  find(): Promise<Stats | null>;
  /** Of everything in the folder. */
  names(): Promise<string[]>;
  /** @throws PermanentError workspace_unsafe when another folder, or a link, has come into its place */
  confirm(): void;
  /** Makes what was renamed in it outlast a power cut. */
  sync(): Promise<void>;
}

interface Held {
  path: string;
  handle: FileHandle;
  stats: Stats;
}

/**
 * Node knows no `openat`: every step goes by path, and whoever swaps a folder for a link at the right moment leads it astray.
 * So each folder is compared with the held one after every step and before any text is written or given back. What such a
 * swap can still do: leave an empty `.<name>.hatchery` elsewhere. To have a file read that is not ours it has to be swapped
 * there, back, and there again within microseconds, and elsewhere there must be a file of that name and of our own user.
 */
export async function holdFolder(
  { dir }: Workspace,
  file: string,
  { list, make = false }: { list?: ListFolder | undefined; make?: boolean } = {},
): Promise<HeldFolder | null> {
  const { folder, name } = parseFileName(file);
  const held: Held[] = [];
  const release = async () => {
    for (const { handle } of held) await handle.close();
  };
  const confirm = () => {
    for (const { path, stats } of held)
      if (!isSameEntry(statsOf(path), stats))
        throw new PermanentError("workspace_unsafe", `${path} was exchanged for another while it was used`, {
          hint: "Find out which program replaces that folder, then retry",
        });
  };
  try {
    if (!(await hold(held, dir, statsOf(dir)))) return null;
    let path = dir;
    if (folder !== null) {
      path = join(dir, folder);
      const isNew = make && (await makeFolder(path, confirm));
      const found = await hold(held, path, await findEntry(dir, folder, list));
      if (found === null) {
        await release();
        return null;
      }
      if (isNew) await found.handle.chmod(0o755);
    }
    confirm();
    const own = join(path, name);
    const displaced = join(path, `.${name}.hatchery-displaced`);
    return {
      path: own,
      temporary: join(path, `.${name}.hatchery`),
      displaced,
      async find() {
        const stats = await findEntry(path, name, list);
        // Of a write that was cut off the file has our second name still.
        if (stats !== null) requireFile(own, stats, isSameEntry(stats, statsOf(displaced)) ? 2 : 1);
        return stats;
      },
      async names() {
        const names = await (list ?? readdir)(path);
        confirm();
        return names;
      },
      confirm,
      sync: async () => await held.at(-1)?.handle.sync(),
      [Symbol.asyncDispose]: release,
    };
  } catch (error) {
    await release();
    throw error;
  }
}

async function hold(held: Held[], path: string, stats: Stats | null): Promise<Held | null> {
  if (stats === null) return null;
  requireFolder(path, stats);
  const handle = await open(path, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW);
  const folder = { path, handle, stats: await handle.stat() };
  held.push(folder);
  return folder;
}

/** @returns whether it was not there before */
async function makeFolder(path: string, confirm: () => void): Promise<boolean> {
  if (statsOf(path) !== null) return false;
  confirm();
  try {
    await mkdir(path);
    return true;
  } catch (error) {
    if (isSystemError(error, "EEXIST")) return false;
    throw error;
  }
}
