import { setTimeout as pause } from "node:timers/promises";
import { takeFileLock } from "../../executor/file-lock.ts";

const POLL_MS = 250;

/** Waits until this process alone holds `file`, and holds it until disposed. */
export async function holdFileLock(file: string, onWait: () => void): Promise<Disposable> {
  for (let told = false; ; told = true) {
    const lock = takeFileLock(file);
    if (lock !== null) return lock;
    if (!told) onWait();
    await pause(POLL_MS);
  }
}
