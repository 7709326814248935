import { ExecutorError } from "./errors.ts";

/** True for an error of the operating system that carries one of these codes, such as `ENOENT`. */
export function isSystemError(error: unknown, ...codes: string[]): error is Error & { code: string } {
  return error instanceof Error && "code" in error && codes.some((code) => code === error.code);
}

/** The sentence for a disk, a quota or a limit on file sizes that left no room for `path`; null for every other error. */
export function asDiskFull(error: unknown, path: string): ExecutorError | null {
  return isSystemError(error, "ENOSPC", "EDQUOT", "EFBIG") ? diskFull(path, error) : null;
}

export function diskFull(path: string, cause?: unknown): ExecutorError {
  return new ExecutorError("disk_full", `The disk has no room for ${path}`, {
    hint: "Free some space on the Mac mini; what waits for it then goes on by itself",
    cause,
  });
}
