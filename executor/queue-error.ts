import { z } from "zod";

/** What supabase-js hands over for an answer that is no success; its own refusals carry JSON in `details`. */
interface Refusal {
  message: string;
  details?: string | null;
  hint?: string | null;
}

const refusalDetails = z.object({ code: z.string() });

/** Statuses of a database that has understood and says no: asking again changes nothing. */
const REFUSED = [400, 409, 413, 422];

/** A call of the database that brought no usable answer. */
export class QueueError extends Error {
  override readonly name = "QueueError";
  /** HTTP status; 0 when no answer came. */
  readonly status: number;
  /** The database's own word for a refusal, such as `lease_lost`. */
  readonly code: string | undefined;

  constructor(
    verb: string,
    status: number,
    what: string,
    { code, cause }: { code?: string | undefined; cause: unknown },
  ) {
    super(`${verb}: ${what}`, { cause });
    this.status = status;
    this.code = code;
  }

  static from(verb: string, status: number, refusal: Refusal): QueueError {
    const hint = refusal.hint ? `. ${refusal.hint}` : "";
    const words = `${refusal.message}${hint}`.slice(0, 400);
    const what = status === 0 ? `no answer (${words})` : `HTTP ${status}, ${words}`;
    return new QueueError(verb, status, what, { code: codeIn(refusal.details), cause: refusal });
  }

  /** Whether asking again may bring an answer: everything but a refusal of what was asked. */
  get retryable(): boolean {
    return !REFUSED.includes(this.status);
  }

  /** Whether somebody has answered who knows what was asked; not a gateway that found nobody, and none that is busy. */
  get isAnswer(): boolean {
    return this.status !== 0 && this.status !== 429 && this.status <= 500;
  }

  /** Whether this executor itself is refused, by the database or by Auth, and not a single word of it. */
  get credentialRefused(): boolean {
    return this.keyRefused && (this.code === "forbidden" || this.code === "unauthorized");
  }

  /** Whether another process works under this executor's id. */
  get heldByAnother(): boolean {
    return this.code === "executor_held";
  }

  /** Whether the database does not accept this executor's key. */
  get keyRefused(): boolean {
    return this.status === 401 || this.status === 403;
  }
}

function codeIn(details: string | null | undefined): string | undefined {
  if (!details?.startsWith("{")) return undefined;
  try {
    return refusalDetails.parse(JSON.parse(details)).code;
  } catch {
    // Details of another sender, such as PostgREST's own: the message has said it all.
    return undefined;
  }
}
