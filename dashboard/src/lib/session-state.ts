import { useSyncExternalStore } from "react";

/** Why nobody is signed in: nobody was, the session ended by itself, or the link in the address does not work. */
export type SignedOutReason = "none" | "expired" | "link";

export type SessionState =
  | { status: "loading" }
  /** A session is kept, but Supabase does not answer, so that it cannot be renewed yet. */
  | { status: "unreachable" }
  | { status: "signed-out"; reason: SignedOutReason }
  | { status: "signed-in"; userId: string; email: string };

let state: SessionState = { status: "loading" };
const listeners = new Set<() => void>();

export function readSession(): SessionState {
  return state;
}

export function setSession(next: SessionState): void {
  if (JSON.stringify(next) === JSON.stringify(state)) return;
  state = next;
  for (const listener of listeners) listener();
}

export function onSessionChange(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Who is signed in. */
export function useSession(): SessionState {
  return useSyncExternalStore(onSessionChange, readSession);
}
