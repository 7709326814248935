import { lstatSync, type Stats } from "node:fs";
import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { PermanentError } from "../errors.ts";

/** The names in a folder. Tests give another where a file system of their own would be needed. */
export type ListFolder = (folder: string) => Promise<string[]>;

const FOLDER_HINT = "Put a plain folder of the executor's user there, or move it away, and retry";
const FILE_HINT = "Put a plain file of the executor's user there, or move it away, and retry";

/** Synchronous, so that a caller can compare two places with nothing of its own in between. */
export function statsOf(path: string): Stats | null {
  return lstatSync(path, { throwIfNoEntry: false }) ?? null;
}

/**
 * What is in the folder under exactly this name; null for nothing. A file system that does not tell cases or normal forms
 * apart finds `soul.md` as well, which is another name.
 * @throws PermanentError workspace_unsafe when it is spelt otherwise
 */
export async function findEntry(folder: string, name: string, list: ListFolder = readdir): Promise<Stats | null> {
  const path = join(folder, name);
  if (statsOf(path) === null || (await list(folder)).includes(name)) return statsOf(path);
  // It may have been removed meanwhile.
  if (statsOf(path) === null) return null;
  throw new PermanentError("workspace_unsafe", `What is at ${path} is not spelt so`, {
    hint: `Rename it to ${name}, or move it away, and retry`,
  });
}

export function isSameEntry(one: Stats | null, other: Stats | null): boolean {
  return one !== null && other !== null && one.dev === other.dev && one.ino === other.ino;
}

function kindOf(stats: Stats): string {
  if (stats.isSymbolicLink()) return "a symbolic link";
  if (stats.isFile()) return "a file";
  return stats.isDirectory() ? "a folder" : "neither a file nor a folder";
}

const isOwn = ({ uid }: Stats) => uid === process.geteuid?.();

/** @throws PermanentError workspace_unsafe unless it is a folder of this process's own user */
export function requireFolder(path: string, stats: Stats): void {
  const why = stats.isDirectory()
    ? isOwn(stats) || `${path} belongs to another user`
    : `${path} is ${kindOf(stats)}, not a folder`;
  if (why !== true) throw new PermanentError("workspace_unsafe", why, { hint: FOLDER_HINT });
}

/** @throws PermanentError workspace_unsafe unless it is a plain file of this process's own user, with so many names */
export function requireFile(path: string, stats: Stats, names = 1): void {
  const why = stats.isFile()
    ? isOwn(stats)
      ? stats.nlink <= names || `${path} is a hard link to another file`
      : `${path} belongs to another user`
    : `${path} is ${kindOf(stats)}, not a plain file`;
  if (why !== true) throw new PermanentError("workspace_unsafe", why, { hint: FILE_HINT });
}

/** Removes what is at `path` if it still is this. */
export async function removeEntry(path: string, stats: Stats): Promise<void> {
  if (isSameEntry(statsOf(path), stats)) await rm(path, { force: true });
}
