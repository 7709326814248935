import { lstat } from "node:fs/promises";
import { join } from "node:path";

/** What tells one state of a file from the next without reading it. */
async function fingerprint(path: string): Promise<string> {
  try {
    const { mtimeNs, ctimeNs, size, ino } = await lstat(path, { bigint: true });
    return [mtimeNs, ctimeNs, size, ino].join(" ");
  } catch (error) {
    return error instanceof Error && "code" in error ? String(error.code) : "unknown";
  }
}

const ABSENT = "ENOENT";

/** How files looked last: for changes of which no event told. */
export class Fingerprints {
  #seen = new Map<string, string>();

  /** Those of these files (relative to `dir`) that look different than last time, or are there and were never looked at. */
  async differing(dir: string, files: string[]): Promise<string[]> {
    const looked = await Promise.all(
      files.map(async (file) => {
        const path = join(dir, file);
        const now = await fingerprint(path);
        const isSame = (this.#seen.get(path) ?? ABSENT) === now;
        this.#seen.set(path, now);
        return isSame ? [] : [file];
      }),
    );
    return looked.flat();
  }

  clear(): void {
    this.#seen = new Map();
  }
}
