import { ExecutorError, PermanentError } from "./errors.ts";

/** True for an error of the operating system that carries this code, such as `ENOENT`. */
export function isSystemError(error: unknown, ...codes: string[]): error is Error & { code: string } {
  return error instanceof Error && "code" in error && codes.some((code) => code === error.code);
}

/** Turns what the file system said about `path` into a sentence; errors that are sentences already stay. */
export function toWorkspaceError(error: unknown, path: string): ExecutorError {
  if (error instanceof ExecutorError) return error;
  if (isSystemError(error, "ELOOP")) {
    return new PermanentError("workspace_unsafe", `${path} is a symbolic link`, {
      hint: "Put a plain file there and retry",
      cause: error,
    });
  }
  if (isSystemError(error, "EACCES", "EPERM", "EROFS")) {
    const hint = "Give the user of the executor write permission there and retry";
    return new PermanentError("workspace_not_writable", `${path} may not be read or written`, { hint, cause: error });
  }
  if (isSystemError(error, "ENOSPC", "EDQUOT")) {
    return new ExecutorError("workspace_not_writable", `The disk has no room for ${path}`, {
      hint: "Free some space and retry",
      cause: error,
    });
  }
  const why = error instanceof Error ? error.message : String(error);
  return new ExecutorError("workspace_not_writable", `${path} cannot be used: ${why}`, { cause: error });
}
