import { homedir } from "node:os";

export type Redact = (text: string) => string;

const JWT = /eyJ[\w-]{8,}\.[\w-]+\.[\w-]*/gu;
/** Supabase's, and those of model providers, clouds, GitHub, Slack and Telegram, each by what it begins with. */
const API_KEY = new RegExp(
  [
    "\\bsb_(?:secret|publishable)_[\\w-]{8,}",
    "\\b(?:sk|xai|gsk|hf)[-_][\\w-]{16,}",
    "\\bAIza[\\w-]{30,}",
    "\\bAKIA[A-Z\\d]{16}\\b",
    "\\bgh[opsru]_\\w{20,}",
    "\\bgithub_pat_\\w{20,}",
    "\\bxox[a-z]-[\\w-]{10,}",
    "\\b\\d{8,10}:[\\w-]{35}\\b",
  ].join("|"),
  "gu",
);
const BEARER = /\b(Bearer\s+)[\w.~+/=-]{16,}/giu;
const USER_IN_ADDRESS = /\b([a-z][a-z\d+.-]*:\/\/)[^\s/?#"']+@/giu;
/** A shorter one would be found by chance, and hidden where it stands for nothing. */
const SHORTEST_SECRET = 8;

const literally = (text: string) => text.replace(/[^\w/]/g, "\\$&");

/** Hides what has the form of a token or of a key, and who signs in to an address that says so (`https://user:password@…`). */
export function hideTokens(text: string): string {
  return text
    .replace(JWT, "[hidden]")
    .replace(API_KEY, "[hidden]")
    .replace(BEARER, "$1[hidden]")
    .replace(USER_IN_ADDRESS, "$1[hidden]@");
}

/**
 * Makes the function that every text passes on its way out of this machine, into rows and logs: home folders become `~`, so
 * that nobody reads the names of their owners; these secrets, and every token, become `[hidden]`.
 * @param folders whose home folders are meant as well: OpenClaw may live in another person's
 */
export function createRedact(secrets: readonly string[], home = homedir(), folders: readonly string[] = []): Redact {
  // As it is, and as a line of JSON has it.
  const hidden = secrets
    .filter((secret) => secret.length >= SHORTEST_SECRET)
    .flatMap((secret) => [secret, JSON.stringify(secret).slice(1, -1)]);
  const homes = new Set([home, ...folders.flatMap(personalFolder)].filter((folder) => folder.length > 1));
  // A whole folder's name, and the first of its path: not /var/root, nor /rootless.
  const paths = [...homes].map(
    // macOS has a second name for everything that is the user's. A full stop may end a sentence or go on in a name.
    (folder) => new RegExp(`(?<![\\w.-])(?:/System/Volumes/Data)?${literally(folder)}(?![\\w-]|\\.[\\w-])`, "g"),
  );
  return (text) => {
    let clean = text;
    for (const secret of hidden) clean = clean.replaceAll(secret, "[hidden]");
    clean = hideTokens(clean);
    for (const path of paths) clean = clean.replace(path, "~");
    return clean;
  };
}

/** The home folder in which this one lies, where macOS and Linux keep those. */
function personalFolder(folder: string): string[] {
  return /^\/(?:Users|home)\/[^/]+/.exec(folder)?.slice(0, 1) ?? [];
}
