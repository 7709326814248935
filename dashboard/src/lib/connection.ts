import { useSyncExternalStore } from "react";

/** How fresh the page is. `since` is when that began, milliseconds since 1970. */
export type Connection = { state: "connecting" | "live" | "reconnecting" | "offline"; since: number };

export type ConnectionFacts = {
  /** The channel said that changes flow. */
  isStreaming: boolean;
  wasEverStreaming: boolean;
  /** The last request to Supabase got an answer; undefined before the first. */
  isReachable: boolean | undefined;
  /** What the browser says of the network. */
  hasNetwork: boolean;
};

/** A browser without a network may still reach a Supabase on the same machine: an answer counts for more. */
export function connectionState(facts: ConnectionFacts): Connection["state"] {
  if (facts.isStreaming) return "live";
  if (facts.isReachable === false || (!facts.hasNetwork && facts.isReachable !== true)) return "offline";
  return facts.wasEverStreaming ? "reconnecting" : "connecting";
}

/** A loss that is mended within this time is not worth a word. */
const GRACE_MS = 1_500;

let facts: ConnectionFacts = {
  isStreaming: false,
  wasEverStreaming: false,
  isReachable: undefined,
  hasNetwork: typeof navigator === "undefined" || navigator.onLine,
};
let connection: Connection = { state: "connecting", since: Date.now() };
let grace: ReturnType<typeof setTimeout> | undefined;
const listeners = new Set<() => void>();

function publish(): void {
  clearTimeout(grace);
  grace = undefined;
  const state = connectionState(facts);
  if (state === connection.state) return;
  connection = { state, since: Date.now() };
  for (const listener of listeners) listener();
}

/** Tells what is now known of the connection. */
export function reportConnection(news: Partial<ConnectionFacts>): void {
  facts = { ...facts, ...news, wasEverStreaming: facts.wasEverStreaming || news.isStreaming === true };
  if (connection.state === "live" && connectionState(facts) !== "live") grace ??= setTimeout(publish, GRACE_MS);
  else publish();
}

/** Before the next person signs in. */
export function forgetConnection(): void {
  facts = { ...facts, isStreaming: false, wasEverStreaming: false };
  publish();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function useConnection(): Connection {
  return useSyncExternalStore(subscribe, () => connection);
}

/** Somebody does not want to wait for the next attempt. */
const impatience = new EventTarget();

export function askForRetry(): void {
  impatience.dispatchEvent(new Event("retry"));
}

export function onRetryAsked(retry: () => void, signal: AbortSignal): void {
  impatience.addEventListener("retry", retry, { signal });
}
