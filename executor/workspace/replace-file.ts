import { createHash } from "node:crypto";
import { constants, linkSync, renameSync, type Stats, unlinkSync } from "node:fs";
import { open } from "node:fs/promises";
import { documentDate, documentFile } from "#contract";
import { PermanentError } from "../errors.ts";
import { isSystemError } from "../system-error.ts";
import { toWorkspaceError } from "../workspace-errors.ts";
import { isSameEntry, type ListFolder, removeEntry, requireFile, statsOf } from "./entry.ts";
import { type HeldFolder, holdFolder, type Workspace } from "./held-folder.ts";
import { readEntry } from "./read-file.ts";

const TRIES = 5;
/** What a write that was cut off leaves beside its file. */
const LEFT = /^\.(.+)\.md\.hatchery(?:-displaced)?$/;

/** A text that is no file any more, and lies under a name of ours until it is kept elsewhere. */
export interface Displaced {
  text: string;
  /** Lets it go. To be called when whatever is in it has been kept, and not before. */
  forget(): Promise<void>;
}

/** sha256 of the UTF-8 bytes, hex. */
export function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/**
 * Replaces the file's text in one step (mode 644), and makes `memory/` when it is absent: a reader sees the old text or the
 * new one, also after a power cut. What an earlier write left has to be taken before (`takeDisplaced`).
 * @returns the sha256 (hex) of what was written, and the file as it was in the moment of the exchange; null: there was none.
 * Who opened the old file before and writes into it after that is not heard, nor one who renames another over it in the
 * microseconds between the link and the rename: Node knows no exchange of two names.
 * @throws PermanentError workspace_unsafe | workspace_missing | workspace_not_writable
 */
export async function replaceWorkspaceFile(
  workspace: Workspace,
  file: string,
  text: string,
  list?: ListFolder,
): Promise<{ sha256: string; displaced: Displaced | null }> {
  try {
    await using folder = await holdFolder(workspace, file, { list, make: true });
    if (folder === null) throw missing(workspace.dir);
    await folder.find();
    await removeLeftTemporary(folder);
    if (statsOf(folder.displaced) !== null) throw inTheWay(folder.displaced);
    folder.confirm();
    const written = await writeTemporary(folder, text);
    try {
      const isDisplaced = exchange(folder);
      await folder.sync();
      folder.confirm();
      return { sha256: sha256(text), displaced: isDisplaced ? await readDisplaced(folder) : null };
    } catch (error) {
      await removeEntry(folder.temporary, written);
      folder.confirm();
      throw error;
    }
  } catch (error) {
    throw toWorkspaceError(error, `${workspace.dir}/${file}`);
  }
}

/**
 * What a write that was cut off has displaced, and null when it has not come to that or there was none. Clears away the rest
 * of it.
 * @throws PermanentError workspace_unsafe when something that we did not make lies under our names
 */
export async function takeDisplaced(workspace: Workspace, file: string): Promise<Displaced | null> {
  try {
    await using folder = await holdFolder(workspace, file);
    if (folder === null) return null;
    await removeLeftTemporary(folder);
    const left = statsOf(folder.displaced);
    if (left === null) return null;
    requireFile(folder.displaced, left, 2);
    if (isSameEntry(left, statsOf(folder.path))) {
      await removeEntry(folder.displaced, left);
      return null;
    }
    return await readDisplaced(folder);
  } catch (error) {
    throw toWorkspaceError(error, `${workspace.dir}/${file}`);
  }
}

/** The days (YYYY-MM-DD) on whose notes a write was cut off. `today` may be any day. @throws as takeDisplaced */
export async function cutOffDays(workspace: Workspace, today: string): Promise<string[]> {
  const file = documentFile("memory_today", today);
  try {
    await using folder = await holdFolder(workspace, file);
    const names = (await folder?.names()) ?? [];
    const days = names.flatMap((name) => LEFT.exec(name)?.[1] ?? []);
    return [...new Set(days)].filter((day) => documentDate.safeParse(day).success);
  } catch (error) {
    throw toWorkspaceError(error, `${workspace.dir}/${file}`);
  }
}

/** Whether a write was cut off in the folder of this file, be it of another file. @throws as takeDisplaced */
export async function isCutOffBeside(workspace: Workspace, file: string): Promise<boolean> {
  try {
    await using folder = await holdFolder(workspace, file);
    return ((await folder?.names()) ?? []).some((name) => LEFT.test(name));
  } catch (error) {
    throw toWorkspaceError(error, `${workspace.dir}/${file}`);
  }
}

async function removeLeftTemporary({ temporary }: HeldFolder): Promise<void> {
  const left = statsOf(temporary);
  if (left === null) return;
  requireFile(temporary, left);
  await removeEntry(temporary, left);
}

async function writeTemporary(folder: HeldFolder, text: string): Promise<Stats> {
  const { O_CREAT, O_EXCL, O_WRONLY, O_NOFOLLOW } = constants;
  await using handle = await open(folder.temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o644);
  const stats = await handle.stat();
  try {
    folder.confirm();
    if (!isSameEntry(statsOf(folder.temporary), stats)) throw inTheWay(folder.temporary);
    await handle.chmod(0o644);
    await handle.writeFile(text);
    await handle.sync();
    folder.confirm();
  } catch (error) {
    await removeEntry(folder.temporary, stats);
    throw error;
  }
  return stats;
}

/**
 * Synchronous, because the shorter it takes the less comes in between.
 * @returns whether there was a file, which has the other name now
 */
function exchange(folder: HeldFolder): boolean {
  const { path, temporary, displaced } = folder;
  for (let tries = 1; tries <= TRIES; tries += 1) {
    const linked = linkOf(folder);
    // What was saved by renaming since is linked anew.
    if (isSameEntry(linked, statsOf(path)) || (linked === null && statsOf(path) === null)) {
      renameSync(temporary, path);
      return linked !== null;
    }
    if (linked !== null) unlinkSync(displaced);
  }
  throw inTheWay(path);
}

/** Gives the file its second name; null when there is no file. */
function linkOf({ path, displaced }: HeldFolder): Stats | null {
  try {
    linkSync(path, displaced);
  } catch (error) {
    if (isSystemError(error, "ENOENT")) return null;
    throw error;
  }
  try {
    const linked = statsOf(displaced);
    if (linked !== null) requireFile(path, linked, 2);
    return linked;
  } catch (error) {
    unlinkSync(displaced);
    throw error;
  }
}

async function readDisplaced(folder: HeldFolder): Promise<Displaced> {
  const { displaced } = folder;
  const stats = statsOf(displaced);
  if (stats === null) throw inTheWay(displaced);
  const text = await readEntry(folder, displaced, 1);
  if (text === null) throw inTheWay(displaced);
  return { text, forget: () => removeEntry(displaced, stats) };
}

function inTheWay(path: string): PermanentError {
  return new PermanentError("workspace_unsafe", `Another program put something in the place of ${path}`, {
    hint: "Find out which program writes there, move it away, then retry",
  });
}

function missing(dir: string): PermanentError {
  return new PermanentError("workspace_missing", `${dir} is not there`, {
    hint: "Look what became of it on the Mac mini, then retry",
  });
}
