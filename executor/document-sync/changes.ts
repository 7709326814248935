/** So long must a workspace be quiet: an agent writes a file in several steps, and several files in a row. */
const QUIET_MS = 500;
/** In one that is never quiet it is looked at all the same. */
const LONGEST_MS = 5000;

interface Change {
  files: Set<string>;
  firstAt: number;
  lastAt: number;
}

/** Files that may have changed, by workspace folder, until their workspace has been quiet for a while. */
export class Changes {
  readonly #changes = new Map<string, Change>();

  note(dir: string, file: string): void {
    const now = performance.now();
    const change = this.#changes.get(dir) ?? { files: new Set(), firstAt: now, lastAt: now };
    change.files.add(file);
    change.lastAt = now;
    this.#changes.set(dir, change);
  }

  /** `performance.now()` of when the next of them is due; Infinity without any. */
  get dueAt(): number {
    return Math.min(...[...this.#changes.values()].map(dueAtOf), Number.POSITIVE_INFINITY);
  }

  /** Those that are due, once. */
  take(): { dir: string; files: string[] }[] {
    const now = performance.now();
    const due = [...this.#changes].filter(([, change]) => dueAtOf(change) <= now);
    for (const [dir] of due) this.#changes.delete(dir);
    return due.map(([dir, { files }]) => ({ dir, files: [...files] }));
  }
}

const dueAtOf = ({ firstAt, lastAt }: Change): number => Math.min(lastAt + QUIET_MS, firstAt + LONGEST_MS);
