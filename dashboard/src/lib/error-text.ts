import { FunctionsHttpError } from "@supabase/supabase-js";
import { type BatchError, type ErrorCode, errorBody } from "#contract";
import { isGone, isNetworkFailure, isRefusedToken } from "./failure-kind.ts";

/**
 * What went wrong, for a person. `message` is a sentence; `hint` says what to do; `field` names the part that is wrong;
 * `errors` says it for each agent of a batch.
 */
export type Failure = {
  code: ErrorCode | "unreachable" | "unknown";
  message: string;
  field?: string | undefined;
  hint?: string | undefined;
  errors?: readonly BatchError[] | undefined;
};

const UNREACHABLE: Failure = {
  code: "unreachable",
  message: "Supabase does not answer.",
  hint: "Check that this computer is online and that the project is running, then try again.",
};

const EXPIRED: Failure = {
  code: "unauthorized",
  message: "Your session has expired.",
  hint: "Sign in again; what you typed stays here.",
};

/** Reads any thrown value. An answer of the function keeps the function's own words. Never throws. */
export async function readFailure(error: unknown): Promise<Failure> {
  return error instanceof FunctionsHttpError ? await readAnswer(error) : describeFailure(error);
}

/** The same at once, for what is no answer of the function: what a query failed with. */
export function describeFailure(error: unknown): Failure {
  if (isNetworkFailure(error)) return UNREACHABLE;
  if (isRefusedToken(error)) return EXPIRED;
  const message = error instanceof Error && error.message !== "" ? error.message : "Something unexpected went wrong.";
  return { code: "unknown", message, hint: "Try again. If it stays so, reload the page." };
}

async function readAnswer(error: FunctionsHttpError): Promise<Failure> {
  const response: unknown = error.context;
  if (!(response instanceof Response)) return describeFailure(error);
  if (isGone(response.status)) return UNREACHABLE;
  const body = errorBody.safeParse(
    await response
      .clone()
      .json()
      .catch(() => undefined),
  );
  if (body.success) return { ...body.data.error, errors: body.data.errors };
  if (response.status === 401) return EXPIRED;
  return {
    code: "unknown",
    message: `The server answered with status ${response.status} and no explanation.`,
    hint: "Try again. If it stays so, look at the log of the function provision-agent.",
  };
}
