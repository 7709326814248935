type Refusal = { status: 400 | 401 | 403 | 404 | 422; code: string; cause?: unknown };

/** A refusal by Auth: `status` is the HTTP status, `code` what supabase-js shows as `error.code`. */
export class AuthError extends Error {
  override readonly name = "AuthError";
  readonly status: Refusal["status"];
  readonly code: string;

  constructor(message: string, { status, code, cause }: Refusal) {
    super(message, { cause });
    this.status = status;
    this.code = code;
  }
}
