type Refusal = { status: number; code?: string; hint?: string; cause?: unknown };

/** A refusal that the gateway answers itself, in the words of the hosted one where it has any. */
export class HttpError extends Error {
  override readonly name = "HttpError";
  readonly status: number;
  readonly code: string | undefined;
  readonly hint: string | undefined;

  constructor(message: string, { status, code, hint, cause }: Refusal) {
    super(message, { cause });
    this.status = status;
    this.code = code;
    this.hint = hint;
  }

  toJSON() {
    return { code: this.code, message: this.message, hint: this.hint };
  }
}
