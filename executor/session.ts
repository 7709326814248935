import { addAbortListener } from "node:events";
import { type AuthError, isAuthRetryableFetchError, type SupabaseClient } from "@supabase/supabase-js";
import type { Log } from "./log.ts";

/** Auth does not know this address with this password: enrolling again is all that helps. */
export class SignInRefusedError extends Error {
  override readonly name = "SignInRefusedError";
}

interface SessionOptions {
  /** Keeps nothing and refreshes nothing by itself. */
  auth: Pick<SupabaseClient["auth"], "signInWithPassword" | "refreshSession">;
  email: string;
  password: string;
  log: Log;
}

export interface Session {
  /** A token that holds for some minutes yet. @throws SignInRefusedError, or the error of a call that got no answer */
  token(): Promise<string>;
  /**
   * `fetch` in the name of this executor. An answer of 401 makes it sign in and ask once more. When signing in is refused
   * the answer is a 401 too.
   */
  fetch: typeof fetch;
}

interface Held {
  token: string;
  refreshToken: string;
  /** Both by this machine's clock, which is compared with itself alone. */
  renewAt: number;
  endsAt: number;
}

/** Long enough for the longest wait for an answer, and for Realtime, which asks each 25 s. */
const MARGIN_MS = 5 * 60_000;

/** The executor's own credential as tokens: signs in at the first use, and again before and whenever a token is over. */
export function createSession({ auth, email, password, log }: SessionOptions): Session {
  let held: Held | undefined;
  let opening: Promise<Held> | undefined;

  async function token(): Promise<string> {
    const now = Date.now();
    const old = held;
    if (old !== undefined && now < old.renewAt) return old.token;
    // One for all who ask meanwhile: the claim, the heartbeat and each lease ask at the same time.
    opening ??= open(old).finally(() => {
      opening = undefined;
    });
    if (old === undefined || now >= old.endsAt) return (await opening).token;
    // Renewing takes as long as Auth is away; the token is good for a while yet.
    opening.catch(() => undefined);
    return old.token;
  }

  async function open(old: Held | undefined): Promise<Held> {
    try {
      held = (old && (await refresh(old))) ?? (await signIn());
      return held;
    } catch (error) {
      log.warn({ err: error }, "not signed in");
      if (error instanceof SignInRefusedError) held = undefined;
      throw error;
    }
  }

  async function refresh(old: Held): Promise<Held | undefined> {
    const askedAt = Date.now();
    const { data, error } = await auth.refreshSession({ refresh_token: old.refreshToken });
    if (data.session !== null) return hold(data.session, askedAt);
    if (error !== null && isUnanswered(error)) throw error;
    // The session was ended elsewhere, which says nothing about the password.
    log.debug({ err: error }, "session not refreshed, signing in");
    return undefined;
  }

  async function signIn(): Promise<Held> {
    const askedAt = Date.now();
    const { data, error } = await auth.signInWithPassword({ email, password });
    if (error === null) {
      log.debug("signed in");
      return hold(data.session, askedAt);
    }
    if (isUnanswered(error)) throw error;
    throw new SignInRefusedError(`This executor may not sign in: ${error.message}`, { cause: error });
  }

  return {
    token,
    async fetch(input, init) {
      const signal = init?.signal ?? undefined;
      try {
        const first = await untilAborted(token(), signal);
        const answer = await send(input, init, first);
        if (answer.status !== 401) return answer;
        // The clock of this machine was wrong, or the project has another signing key.
        if (held?.token === first) held = undefined;
        return await send(input, init, await untilAborted(token(), signal));
      } catch (error) {
        if (!(error instanceof SignInRefusedError)) throw error;
        // As the database words its refusals.
        const details = JSON.stringify({ code: "unauthorized" });
        return Response.json({ message: error.message, code: "PT401", details, hint: "" }, { status: 401 });
      }
    },
  };
}

function hold(session: { access_token: string; refresh_token: string; expires_in: number }, askedAt: number): Held {
  const lifeMs = session.expires_in * 1000;
  return {
    token: session.access_token,
    refreshToken: session.refresh_token,
    renewAt: askedAt + Math.max(lifeMs - MARGIN_MS, lifeMs / 2),
    endsAt: askedAt + lifeMs,
  };
}

function send(...[input, init, token]: [...Parameters<typeof fetch>, token: string]): Promise<Response> {
  const headers = new Headers(init?.headers);
  headers.set("authorization", `Bearer ${token}`);
  return fetch(input, { ...init, headers });
}

/** No answer, or one that is about the server and not about us. */
function isUnanswered(error: AuthError): boolean {
  return isAuthRetryableFetchError(error) || error.status === undefined || error.status === 429 || error.status >= 500;
}

/** A lease's renewal must end when its time is up, even while signing in hangs. */
async function untilAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return await work;
  signal.throwIfAborted();
  const aborted = Promise.withResolvers<never>();
  using _ = addAbortListener(signal, () => aborted.reject(signal.reason));
  return await Promise.race([work, aborted.promise]);
}
