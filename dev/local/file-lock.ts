import { DatabaseSync } from "node:sqlite";
import { setTimeout as pause } from "node:timers/promises";

const SQLITE_BUSY = 5;
const POLL_MS = 250;

/**
 * Waits until this process alone holds `file`, and holds it until disposed. SQLite's lock is the operating system's: it is
 * gone when its owner dies, however that happens, so that nobody has to guess whether it is stale.
 */
export async function holdFileLock(file: string, onWait: () => void): Promise<Disposable> {
  const lock = new DatabaseSync(file, { timeout: 0 });
  for (let told = false; ; told = true) {
    try {
      lock.exec("begin exclusive");
      return { [Symbol.dispose]: () => lock.close() };
    } catch (error) {
      const busy = error instanceof Error && "errcode" in error && error.errcode === SQLITE_BUSY;
      if (!busy) throw error;
      if (!told) onWait();
    }
    await pause(POLL_MS);
  }
}
