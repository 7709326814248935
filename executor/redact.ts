import { homedir } from "node:os";

export type Redact = (text: string) => string;

const JWT = /eyJ[\w-]{8,}\.[\w-]+\.[\w-]*/gu;
const API_KEY = /\bsb_(?:secret|publishable)_[\w-]{8,}/gu;
/** A shorter one would be found by chance, and hidden where it stands for nothing. */
const SHORTEST_SECRET = 8;

const literally = (text: string) => text.replace(/[^\w/]/g, "\\$&");

/** Hides what has the form of a token or of a key of Supabase's. */
export function hideTokens(text: string): string {
  return text.replace(JWT, "[hidden]").replace(API_KEY, "[hidden]");
}

/**
 * Makes the function that every text passes on its way out of this machine, into rows and logs: this home folder becomes
 * `~`, so that nobody reads the name of its owner; these secrets, and every token, become `[hidden]`.
 */
export function createRedact(secrets: readonly string[], home = homedir()): Redact {
  const hidden = secrets.filter((secret) => secret.length >= SHORTEST_SECRET);
  // A whole folder's name, and the first of its path: not /var/root, nor /rootless.
  const homePath = home.length > 1 ? new RegExp(`(?<![\\w.-])${literally(home)}(?![\\w.-])`, "g") : null;
  return (text) => {
    let clean = text;
    for (const secret of hidden) clean = clean.replaceAll(secret, "[hidden]");
    clean = hideTokens(clean);
    return homePath === null ? clean : clean.replace(homePath, "~");
  };
}
