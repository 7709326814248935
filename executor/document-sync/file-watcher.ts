import { lstatSync } from "node:fs";
import { basename, join, relative } from "node:path";
import { type FSWatcher, watch } from "chokidar";
import { dayOfFile, NOTES_FOLDER, typeOfFile } from "./document-files.ts";

export interface FileWatcherOptions {
  /** A file (relative to `dir`) may have changed, come or gone. */
  onChange: (dir: string, file: string) => void;
  /** No events are to be had any more: the machine has no room for more watches, or forbids them. Told once. */
  onBroken: (error: Error) => void;
  today: () => string;
}

export interface FileWatcher {
  /** The workspace folders to watch from now on, and no others. */
  follow(dirs: string[]): void;
  close(): Promise<void>;
}

function identityOf(dir: string): string {
  const stats = lstatSync(dir, { throwIfNoEntry: false });
  return `${stats?.ino} ${stats?.birthtimeMs}`;
}

/** About one folder, which went or may not be read: the others are watched on. */
const OF_ONE_FOLDER = ["EACCES", "ENOENT", "ENOTDIR"];

/**
 * Watches the documents in workspaces, and nothing else in them: each watched file costs a Mac a descriptor, and of a
 * folder with years of daily notes only those of today and later count.
 */
export function createFileWatcher({ onChange, onBroken, today }: FileWatcherOptions): FileWatcher {
  /** Each with what tells it from one that is made in its place later, of which no event would come. */
  let followed = new Map<string, string>();
  let isBroken = false;

  const workspaceOf = (path: string) => {
    for (let dir = path; dir !== join(dir, ".."); dir = join(dir, "..")) if (followed.has(dir)) return dir;
    return undefined;
  };

  function isIgnored(path: string): boolean {
    const dir = workspaceOf(path);
    if (dir === undefined || dir === path) return false;
    const file = relative(dir, path);
    if (file === NOTES_FOLDER) return false;
    const day = dayOfFile(file);
    return day === null ? typeOfFile(file) === null : day < today();
  }

  function tell(path: string): void {
    const dir = workspaceOf(path);
    if (dir !== undefined && typeOfFile(relative(dir, path)) !== null) onChange(dir, relative(dir, path));
  }

  const watcher: FSWatcher = watch([], {
    depth: 1,
    followSymlinks: false,
    ignoreInitial: true,
    ignorePermissionErrors: true,
    ignored: isIgnored,
    // Whoever hears of a change waits until the folder is quiet, and then looks.
    atomic: false,
  });
  watcher.on("all", (_event, path) => tell(path));
  watcher.on("error", (error) => {
    const code = error instanceof Error && "code" in error ? String(error.code) : basename(String(error));
    if (isBroken || OF_ONE_FOLDER.includes(code)) return;
    isBroken = true;
    onBroken(error instanceof Error ? error : new Error(String(error)));
  });

  return {
    follow(dirs) {
      const next = new Map(dirs.map((dir) => [dir, identityOf(dir)]));
      const gone = [...followed].flatMap(([dir, identity]) => (next.get(dir) === identity ? [] : [dir]));
      const added = [...next].flatMap(([dir, identity]) => (followed.get(dir) === identity ? [] : [dir]));
      followed = next;
      if (gone.length > 0) watcher.unwatch(gone);
      if (added.length > 0) watcher.add(added);
    },
    close: () => watcher.close(),
  };
}
