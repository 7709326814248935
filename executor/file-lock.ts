import { existsSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";

const SQLITE_BUSY = 5;

/**
 * Takes `file` for this process alone, until it is disposed. SQLite's lock is the operating system's: it is gone when its owner
 * dies, however that happens, so that nobody has to guess whether it is stale.
 * @returns null when another process has it
 */
export function takeFileLock(file: string): Disposable | null {
  const lock = new DatabaseSync(file, { timeout: 0 });
  try {
    // Nothing is written, so that the lock is to be had on a full disk too.
    lock.exec("pragma journal_mode = memory; begin exclusive");
    return { [Symbol.dispose]: () => lock.close() };
  } catch (error) {
    lock.close();
    if (isBusy(error)) return null;
    throw error;
  }
}

/** Whether another process has taken `file`. Neither takes nor makes it. */
export function isFileLocked(file: string): boolean {
  if (!existsSync(file)) return false;
  const lock = new DatabaseSync(file, { timeout: 0, readOnly: true });
  try {
    lock.exec("pragma schema_version");
    return false;
  } catch (error) {
    if (isBusy(error)) return true;
    throw error;
  } finally {
    lock.close();
  }
}

const isBusy = (error: unknown) => error instanceof Error && "errcode" in error && error.errcode === SQLITE_BUSY;
