import type { Stack } from "../stack/index.ts";

type Session = Awaited<ReturnType<Stack["auth"]["createSession"]>>;

/** The part of an address (after #) that signs in by itself, as a magic link brings it. */
export function sessionFragment({ access_token, refresh_token, expires_in }: Session): string {
  return new URLSearchParams({
    access_token,
    refresh_token,
    expires_in: String(expires_in),
    token_type: "bearer",
    type: "magiclink",
  }).toString();
}
