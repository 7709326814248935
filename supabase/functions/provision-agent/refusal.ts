import type { BatchError, ErrorBody, ErrorCode } from "../_shared/contract.ts";

export type RefusalStatus = 400 | 401 | 403 | 404 | 409 | 413 | 422 | 429 | 500;

type About = {
  status: RefusalStatus;
  code: ErrorCode;
  field?: string | undefined;
  hint?: string | undefined;
  /** What is wrong with which agent of a batch. */
  errors?: BatchError[] | undefined;
  cause?: unknown;
};

/** An answer other than the one asked for. Message and hint are read by the caller: sentences without secrets. */
export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly status: RefusalStatus;
  readonly code: ErrorCode;
  readonly field: string | undefined;
  readonly hint: string | undefined;
  readonly errors: BatchError[] | undefined;

  constructor(message: string, about: About) {
    super(message, { cause: about.cause });
    this.status = about.status;
    this.code = about.code;
    this.field = about.field;
    this.hint = about.hint;
    this.errors = about.errors;
  }

  toBody(): ErrorBody {
    const { code, message, field, hint, errors } = this;
    return {
      error: { code, message, ...(field !== undefined && { field }), ...(hint !== undefined && { hint }) },
      ...(errors !== undefined && { errors }),
    };
  }
}

/** What anything that is not a Refusal becomes; its cause is for the log alone. */
export function internalRefusal(cause: unknown): Refusal {
  return new Refusal("Something went wrong on the server", {
    status: 500,
    code: "internal",
    hint: "Try again; if it stays, the log of provision-agent holds the cause",
    cause,
  });
}
