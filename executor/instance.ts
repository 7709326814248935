import { randomUUID } from "node:crypto";
import { open, readFile, rename, stat } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { isFileLocked } from "./file-lock.ts";
import { machineId } from "./machine-id.ts";
import { letInOneProcess } from "./one-process.ts";

/** One process that works in a state folder, and alone there until it is disposed. */
export interface Instance extends Disposable {
  /** Tells this process from every other one, here and on other machines. */
  id: string;
  /** Earlier ones in this folder. They are dead, or this one would not hold the folder. */
  replaces: string[];
  /** Why the next one in this folder will not know of this one; undefined when it will. */
  unnoted: unknown;
}

/** More starts than the database, within the minute after which it asks nobody, could have missed. */
const KEPT_INSTANCES = 20;

const instanceFile = z.object({
  pid: z.int().positive(),
  /** The file's own number on its disk: a copy of the folder speaks of processes that may be alive. */
  inode: z.string(),
  /** A copy of the whole disk keeps the number, and is on another machine. Absent where the system has no id. */
  machine: z.string().optional(),
  /** Newest first. */
  instances: z.array(z.uuid()),
});

/**
 * Makes this process the one that works in `stateDir`, and names those that it follows there.
 * @param identifyMachine answers undefined where the system has no id
 * @throws AlreadyRunningError when another one lives, StateFolderError when the folder does not do
 */
export async function becomeInstance(
  stateDir: string,
  identifyMachine: () => Promise<string | undefined> = machineId,
): Promise<Instance> {
  const file = join(stateDir, "instance.json");
  // No pid that was given to somebody else can keep the lock. The file beside it only says in words who has it.
  const lock = await letInOneProcess({
    file: join(stateDir, "instance.lock"),
    setting: "STATE_DIR",
    refusal: async () => {
      const holder = (await readInstances(file))?.pid;
      const who = holder === undefined ? "another process" : `process ${holder}`;
      return `The executor in ${stateDir} is already running as ${who}: stop that one first`;
    },
  });
  const here = await identifyMachine();
  const before = await readInstances(file);
  const isCopy = here !== undefined && before?.machine !== undefined && before.machine !== here;
  const replaces = isCopy ? [] : (before?.instances ?? []);
  const id = randomUUID();
  const instances = [id, ...replaces].slice(0, KEPT_INSTANCES);
  // A full disk must not keep it from starting, and saying so. The next one follows those from before then, and the database,
  // which takes this one for somebody else, lets it in a minute after this one's last word.
  const unnoted = await writeInstances(file, { machine: here, instances }).then(
    () => undefined,
    (error: unknown) => error,
  );
  return { id, replaces, unnoted, [Symbol.dispose]: () => lock[Symbol.dispose]() };
}

/** Those that have worked in `stateDir`, newest first, and the process that works there now; null when none does. */
export async function lookAtInstances(stateDir: string) {
  const kept = await readInstances(join(stateDir, "instance.json"));
  const isHeld = isFileLocked(join(stateDir, "instance.lock"));
  return { instances: kept?.instances ?? [], holder: isHeld ? { pid: kept?.pid } : null };
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

async function writeInstances(
  file: string,
  { machine, instances }: { machine: string | undefined; instances: string[] },
): Promise<void> {
  const draft = `${file}.draft`;
  await using handle = await open(draft, "w", 0o600);
  const { ino } = await handle.stat({ bigint: true });
  await handle.writeFile(`${JSON.stringify({ pid: process.pid, inode: String(ino), machine, instances })}\n`);
  await rename(draft, file);
}
