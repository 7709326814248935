import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import { takeFileLock } from "./file-lock.ts";

/** Another process works where this one would; the message names it. */
export class AlreadyRunningError extends Error {
  override readonly name = "AlreadyRunningError";
}

/** A folder that the executor needs cannot be used; the message says what to do. */
export class StateFolderError extends Error {
  override readonly name = "StateFolderError";
}

interface OneProcessOptions {
  /** The lock; its folder is made. */
  file: string;
  /** What would lead to another place. */
  setting: "STATE_DIR" | "OPENCLAW_HOME";
  /** The sentence for a second process. */
  refusal(): Promise<string>;
}

/** Lets one process at a time past this point, until it is disposed. @throws AlreadyRunningError, StateFolderError */
export async function letInOneProcess({ file, setting, refusal }: OneProcessOptions): Promise<Disposable> {
  const lock = await take(file, setting);
  if (lock === null) throw new AlreadyRunningError(await refusal());
  return lock;
}

async function take(file: string, setting: string): Promise<Disposable | null> {
  try {
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    return takeFileLock(file);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new StateFolderError(
      `The executor cannot use ${file}: ${why}. Make it writable, or remove it, or set ${setting}`,
      { cause: error },
    );
  }
}
