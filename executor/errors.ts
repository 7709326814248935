import type { ErrorCode, RequestStep } from "#contract";
import { DEFAULT_HINTS } from "./default-hints.ts";
import type { PermanentCode } from "./permanent-codes.ts";

interface ErrorDetails {
  /** What a person can do about it, one sentence. */
  hint?: string | undefined;
  /** What the tools said, cleaned; kept for the operator and never shown to anonymous readers. */
  diagnostics?: string | undefined;
  cause?: unknown;
}

/**
 * A failure with a code that a person can meet. It is transient: the request is tried again while attempts are left.
 * `message` is a sentence with a capital and no final period.
 */
export class ExecutorError extends Error {
  override readonly name: string = "ExecutorError";
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  readonly diagnostics: string | undefined;
  readonly permanent: boolean = false;
  /** Set by the handler, which alone knows in which step an edge was used. */
  step: RequestStep | undefined;

  constructor(code: ErrorCode, message: string, { hint, diagnostics, cause }: ErrorDetails = {}) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.hint = hint ?? DEFAULT_HINTS[code];
    this.diagnostics = diagnostics;
  }
}

/** Trying again would fail in the same way until a person changed something, so the request ends at once. */
export class PermanentError extends ExecutorError {
  override readonly name: string = "PermanentError";
  override readonly permanent: boolean = true;

  /** @param code one of those that permanent-codes.ts argues for */
  constructor(code: PermanentCode, message: string, details?: ErrorDetails) {
    super(code, message, details);
  }
}

/** `agents add` refused because the id is taken; `agents list` must say whose workspace it has. */
export class AgentExistsError extends ExecutorError {
  override readonly name: string = "AgentExistsError";
}

/** OpenClaw refused because it has no agent of this id. */
export class AgentMissingError extends ExecutorError {
  override readonly name: string = "AgentMissingError";
}
