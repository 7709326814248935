import { randomUUID } from "node:crypto";
import { mkdir, open, readFile, rename, stat } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { z } from "zod";

/** One process that works in a state folder, and alone there until it is disposed. */
export interface Instance extends Disposable {
  /** Tells this process from every other one, here and on other machines. */
  id: string;
  /** Earlier ones in this folder. They are dead, or this one would not hold the folder. */
  replaces: string[];
}

/** Another process works in this state folder; the message names it. */
export class AlreadyRunningError extends Error {
  override readonly name = "AlreadyRunningError";
}

/** The state folder cannot be used; the message says what to do. */
export class StateFolderError extends Error {
  override readonly name = "StateFolderError";
}

const SQLITE_BUSY = 5;
/** More starts than the database, within the minute after which it asks nobody, could have missed. */
const KEPT_INSTANCES = 20;

const instanceFile = z.object({
  pid: z.int().positive(),
  /** The file's own number on its disk: a copy of the folder on another machine speaks of processes that may be alive. */
  inode: z.string(),
  /** Newest first. */
  instances: z.array(z.uuid()),
});

/**
 * Makes this process the one that works in `stateDir`, and names those that it follows there.
 * @throws AlreadyRunningError when another one lives, StateFolderError when the folder does not do
 */
export async function becomeInstance(stateDir: string): Promise<Instance> {
  await mkdir(stateDir, { recursive: true, mode: 0o700 });
  const file = join(stateDir, "instance.json");
  // The lock is the operating system's: it is gone when its owner dies, however that happens, and no pid that was given
  // to somebody else can keep it. The file beside it only says in words who has it.
  const lock = new DatabaseSync(join(stateDir, "instance.lock"), { timeout: 0 });
  try {
    lock.exec("begin exclusive");
  } catch (error) {
    lock.close();
    const isHeld = error instanceof Error && "errcode" in error && error.errcode === SQLITE_BUSY;
    if (!isHeld) {
      const why = error instanceof Error ? error.message : String(error);
      throw new StateFolderError(
        `The executor cannot use ${stateDir}: instance.lock there: ${why}. Remove that file, or set STATE_DIR`,
        {
          cause: error,
        },
      );
    }
    const holder = (await readInstances(file))?.pid;
    const who = holder === undefined ? "another process" : `process ${holder}`;
    throw new AlreadyRunningError(`The executor in ${stateDir} is already running as ${who}: stop that one first`, {
      cause: error,
    });
  }
  const replaces = (await readInstances(file))?.instances ?? [];
  const id = randomUUID();
  await writeInstances(file, [id, ...replaces].slice(0, KEPT_INSTANCES));
  return { id, replaces, [Symbol.dispose]: () => lock.close() };
}

async function readInstances(file: string) {
  try {
    const { ino } = await stat(file, { bigint: true });
    const found = instanceFile.parse(JSON.parse(await readFile(file, "utf8")));
    return found.inode === String(ino) ? found : undefined;
  } catch {
    // Not there, or cut short by a crash: then nobody is followed, and the database lets this process in a minute later.
    return undefined;
  }
}

async function writeInstances(file: string, instances: string[]): Promise<void> {
  const draft = `${file}.draft`;
  await using handle = await open(draft, "w", 0o600);
  const { ino } = await handle.stat({ bigint: true });
  await handle.writeFile(`${JSON.stringify({ pid: process.pid, inode: String(ino), instances })}\n`);
  await rename(draft, file);
}
