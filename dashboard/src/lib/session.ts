import { isAuthRetryableFetchError, type Session } from "@supabase/supabase-js";
import { forgetDraftsOf } from "./kept-drafts.ts";
import { onSessionChange, readSession, type SignedOutReason, setSession } from "./session-state.ts";
import { SignInError, signInSentence } from "./sign-in-error.ts";
import { cameWith, SESSION_KEY, supabase } from "./supabase.ts";

export { type SignedOutReason, useSession } from "./session-state.ts";

/** Set by a sign-out that somebody wanted, so that the other tabs do not speak of an expired session. */
const LEFT_KEY = "hatchery.signed-out";

function signedIn(session: Session): void {
  localStorage.removeItem(LEFT_KEY);
  setSession({ status: "signed-in", userId: session.user.id, email: session.user.email ?? "" });
}

function signedOut(reason: SignedOutReason): void {
  setSession({ status: "signed-out", reason: hasSignedOut() ? "none" : reason });
}

/** The fragment held a secret, and an address without it can be shared. */
function cleanAddress(): void {
  if (cameWith.link || location.href.endsWith("#")) {
    history.replaceState(history.state, "", location.pathname + location.search);
  }
}

/** Follows the session from here on; call once. The address loses its secret as soon as it was read. */
export function startSession(): void {
  supabase.auth.onAuthStateChange((event, session) => {
    if (event === "INITIAL_SESSION") cleanAddress();
    if (session !== null) return signedIn(session);
    if (event === "SIGNED_OUT") return signedOut("expired");
    if (event !== "INITIAL_SESSION") return;
    if (cameWith.link) signedOut("link");
    else if (localStorage.getItem(SESSION_KEY) !== null) setSession({ status: "unreachable" });
    else signedOut(cameWith.session ? "expired" : "none");
  });
}

/** @throws SignInError whose message can be shown. */
export async function signIn(credentials: { email: string; password: string }): Promise<void> {
  const { error } = await supabase.auth.signInWithPassword(credentials);
  if (error !== null) throw new SignInError(signInSentence(error), { cause: error });
}

/** Whether whoever was here last wanted to leave: what they leave unsaved is not kept. */
export const hasSignedOut = (): boolean => localStorage.getItem(LEFT_KEY) !== null;

/** Forgets the session and every unsaved text of its person in this browser even when Supabase cannot be told. */
export async function signOut(): Promise<void> {
  const person = personOf();
  localStorage.setItem(LEFT_KEY, "1");
  if (person !== undefined) forgetDraftsOf(person);
  const { error } = await supabase.auth.signOut({ scope: "local" });
  if (error !== null) localStorage.removeItem(SESSION_KEY);
  signedOut("none");
}

/** A new token that is refused again this soon is not going to be accepted. */
const RENEWAL_TRUST_MS = 30_000;
let renewal: Promise<boolean> | undefined;
let renewedAt = Number.NEGATIVE_INFINITY;

/**
 * A server refused our token: gets a new one, or else says that the session has expired.
 * @returns Whether what was refused can be asked again.
 */
export function renewSession(): Promise<boolean> {
  if (readSession().status !== "signed-in") return Promise.resolve(false);
  renewal ??= tryRenewal().finally(() => {
    renewal = undefined;
  });
  return renewal;
}

async function tryRenewal(): Promise<boolean> {
  if (performance.now() - renewedAt > RENEWAL_TRUST_MS) {
    const { error } = await supabase.auth.refreshSession();
    if (error === null) renewedAt = performance.now();
    if (error === null || isAuthRetryableFetchError(error)) return error === null;
  }
  await supabase.auth.signOut({ scope: "local" });
  localStorage.removeItem(SESSION_KEY);
  signedOut("expired");
  return false;
}

/** Calls back when somebody else, or nobody, is signed in: what the page knows is then not theirs to see. */
export function onPersonChange(forget: () => void): () => void {
  let person = personOf();
  return onSessionChange(() => {
    const now = personOf();
    if (person !== undefined && now !== undefined && now !== person) forget();
    if (readSession().status === "signed-out" && !isExpired()) forget();
    person = now ?? person;
  });
}

const isExpired = (): boolean => {
  const session = readSession();
  return session.status === "signed-out" && session.reason === "expired";
};

function personOf(): string | undefined {
  const session = readSession();
  return session.status === "signed-in" ? session.userId : undefined;
}
