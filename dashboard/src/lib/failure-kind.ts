import {
  AuthRetryableFetchError,
  FunctionsFetchError,
  FunctionsHttpError,
  PostgrestError,
} from "@supabase/supabase-js";

/** PostgREST's codes for a token that is expired or signed by another key. */
const REFUSED_TOKEN = new Set(["PGRST301", "PGRST302", "PGRST303"]);

/** Nothing came back: the network, a proxy, or Supabase itself is gone. */
export function isNetworkFailure(error: unknown): boolean {
  if (error instanceof FunctionsFetchError || error instanceof AuthRetryableFetchError) return true;
  if (error instanceof FunctionsHttpError) return false;
  // postgrest-js puts what fetch threw into the message, without a code.
  if (error instanceof PostgrestError) return error.code === "" || error.code === undefined;
  return error instanceof TypeError;
}

/** The server does not accept who we say we are. */
export function isRefusedToken(error: unknown): boolean {
  if (error instanceof FunctionsHttpError) return error.context?.status === 401;
  return error instanceof PostgrestError && REFUSED_TOKEN.has(error.code);
}

/** A refusal stays a refusal; anything else may pass. */
export function isWorthRetrying(error: unknown): boolean {
  if (error instanceof FunctionsHttpError) return false;
  return isNetworkFailure(error) || !(error instanceof PostgrestError) || /^(?:5|08|PGRST00)/.test(error.code);
}
