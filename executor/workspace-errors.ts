import { ExecutorError, PermanentError } from "./errors.ts";
import { asDiskFull, isSystemError } from "./system-error.ts";

/** Turns what the file system said about `path` into a sentence; errors that are sentences already stay. */
export function toWorkspaceError(error: unknown, path: string): ExecutorError {
  if (error instanceof ExecutorError) return error;
  if (isSystemError(error, "ELOOP")) {
    return new PermanentError("workspace_unsafe", `${path} is a symbolic link`, {
      hint: "Put a plain file there and retry",
      cause: error,
    });
  }
  if (isSystemError(error, "ENOTDIR", "EEXIST")) {
    return new PermanentError("workspace_unsafe", `A part of ${path} is a file, not a folder`, {
      hint: "Move that file away, or set WORKSPACE_ROOT to a folder, and retry",
      cause: error,
    });
  }
  if (isSystemError(error, "EACCES", "EPERM", "EROFS")) {
    const hint = "Give the user of the executor write permission there and retry";
    return new PermanentError("workspace_not_writable", `${path} may not be read or written`, { hint, cause: error });
  }
  const full = asDiskFull(error, path);
  if (full !== null) return full;
  const why = error instanceof Error ? error.message : String(error);
  return new ExecutorError("workspace_not_writable", `${path} cannot be used: ${why}`, { cause: error });
}
