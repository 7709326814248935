import { type AuthError, isAuthRetryableFetchError } from "@supabase/supabase-js";

/** A sign-in that did not work; the message is a sentence for the person. */
export class SignInError extends Error {
  override readonly name = "SignInError";
}

const SENTENCES: Record<string, string> = {
  invalid_credentials: "That e-mail address and password do not belong together.",
  email_not_confirmed: "This e-mail address is not confirmed yet. Open the link in the message that Supabase sent.",
  user_banned: "This account is blocked. Ask whoever runs this Supabase project.",
  over_request_rate_limit: "Too many attempts. Wait a minute, then try again.",
  email_provider_disabled: "This Supabase project does not allow sign-in by e-mail and password.",
  validation_failed: "Enter an e-mail address and a password.",
  captcha_failed: "This Supabase project asks for a captcha, which this page cannot show.",
};

/** What Supabase Auth answered, as a sentence. */
export function signInSentence(error: AuthError): string {
  if (isAuthRetryableFetchError(error)) return "Supabase does not answer. Check the connection, then try again.";
  const known = error.code === undefined ? undefined : SENTENCES[error.code];
  if (known !== undefined) return known;
  if (error.status === 429) return "Too many attempts. Wait a minute, then try again.";
  return `Supabase refused the sign-in: ${error.message}`;
}
