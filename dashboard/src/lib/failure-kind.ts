import {
  AuthRetryableFetchError,
  FunctionsFetchError,
  FunctionsHttpError,
  FunctionsRelayError,
  PostgrestError,
} from "@supabase/supabase-js";

/** PostgREST's codes for a token that is expired or signed by another key. */
const REFUSED_TOKEN = new Set(["PGRST301", "PGRST302", "PGRST303"]);

/** What a proxy answers for a Supabase that is gone. */
const GONE = new Set([502, 503, 504, 521, 522, 523, 524]);

/** Whether an answer with this status comes from a proxy, in place of a Supabase that is gone. */
export function isGone(status: number): boolean {
  return GONE.has(status);
}

/** Nothing came back: the network, a proxy, or Supabase itself is gone. */
export function isNetworkFailure(error: unknown): boolean {
  if (error instanceof FunctionsFetchError || error instanceof AuthRetryableFetchError) return true;
  if (error instanceof FunctionsHttpError) return false;
  // postgrest-js puts what fetch threw into the message, without a code.
  if (error instanceof PostgrestError) return error.code === "" || error.code === undefined;
  return error instanceof TypeError;
}

/** Nobody knows whether the function did what it was asked: its answer was lost, or it was never reached. */
export function isAnswerLost(error: unknown): boolean {
  if (error instanceof FunctionsHttpError) return isGone(Number(error.context?.status));
  return error instanceof FunctionsRelayError || isNetworkFailure(error);
}

/** The server does not accept who we say we are. */
export function isRefusedToken(error: unknown): boolean {
  if (error instanceof FunctionsHttpError) return error.context?.status === 401;
  return error instanceof PostgrestError && REFUSED_TOKEN.has(error.code);
}

/** The server knows who we are, and that we may not. */
export function isForbidden(error: unknown): boolean {
  return error instanceof FunctionsHttpError && error.context?.status === 403;
}

/** A refusal stays a refusal; anything else may pass. */
export function isWorthRetrying(error: unknown): boolean {
  if (error instanceof FunctionsHttpError) return false;
  return isNetworkFailure(error) || !(error instanceof PostgrestError) || /^(?:5|08|PGRST00)/.test(error.code);
}
