import { fstatSync, ftruncateSync, statSync } from "node:fs";

const STANDARD_ERROR = 2;
const MAX_BYTES = 1024 * 1024;

/** Where the system puts what the service says on standard error: nobody else would ever make that file smaller. */
export function trimErrorFile(file: string | undefined): void {
  if (file === undefined) return;
  const [own, named] = [fstatSync(STANDARD_ERROR), statSync(file, { throwIfNoEntry: false })];
  if (own.size > MAX_BYTES && own.ino === named?.ino && own.dev === named.dev) ftruncateSync(STANDARD_ERROR, 0);
}
