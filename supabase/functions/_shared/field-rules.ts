/** What a good value of each field looks like. Part of the contract, which everybody imports in its place. */
import { z } from "zod";

/** Ids that OpenClaw keeps for itself, or that JavaScript objects already answer to. */
export const RESERVED_AGENT_IDS = ["main", "openclaw", "crestodian", "constructor", "prototype"] as const;

const CONTROL_OR_LINE_BREAK = /[\p{Cc}\u2028\u2029]/u;
const BIDI = /[\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/u;
/** Anything but white space, what a font draws nothing for, and the empty Braille pattern. */
const VISIBLE = /[^\s\p{Default_Ignorable_Code_Point}\u2800]/u;
/**
 * What Unicode 16 and 17 brought that changes how text is composed (marks that are sorted, letters that join) or spelt in
 * Latin (U+A7F1), in whole blocks. An engine that does not know them yet would store other text than one that does:
 * Postgres 17 knows Unicode 15.1, Deno 2.9 knows 16, Node 24 knows 17. Listed, because \p{…} differs between them as well.
 */
const TOO_NEW =
  /[\u1ACF-\u1AFF\u0892-\u0897\uA7F1\u{105C0}-\u{105FF}\u{10D40}-\u{10D8F}\u{10EC0}-\u{10EFC}\u{11380}-\u{113FF}\u{16100}-\u{1613F}\u{16D40}-\u{16D7F}\u{1E5D0}-\u{1E5FF}\u{1E6C0}-\u{1E6FF}]/u;

const characters = (text: string): number => [...text].length;

/** One line of text as it is stored: NFC, trimmed, white space collapsed; control, line-break and bidi characters refused. */
function oneLine(max: number, what: string) {
  return z
    .string()
    .refine((text) => text.isWellFormed(), `${what} contains half a character`)
    .refine((text) => !CONTROL_OR_LINE_BREAK.test(text), `${what} must not contain line breaks or control characters`)
    .refine((text) => !BIDI.test(text), `${what} must not contain characters that change the writing direction`)
    .refine((text) => !TOO_NEW.test(text), `${what} contains a character that is too new`)
    .transform((text) => text.normalize("NFC").trim().replace(/\s+/gu, " "))
    .refine((text) => characters(text) <= max, `${what} must be at most ${max} characters long`);
}

/** 1-80 characters (code points). */
export const displayName = oneLine(80, "The name").refine((text) => VISIBLE.test(text), "Give the agent a name");

/** At most 160 characters (code points); may be empty. */
export const roleShort = oneLine(160, "The purpose");

/** Adds the variation selectors that make an emoji fully qualified, and removes those that do not belong. A text-style ⚡︎ becomes ⚡. */
export function qualifyEmoji(emoji: string): string {
  return emoji
    .trim()
    .replace(/[\uFE0E\uFE0F]/g, "")
    .replace(/(?!\p{Emoji_Presentation})\p{Emoji}(?!\p{Emoji_Modifier})/gu, "$&\uFE0F");
}

/**
 * Emoji 17 and the places that are kept for later ones: what the engines say of them differs. First those of one character
 * (and 🫯 between two people), then 👯 and 🤼 with a skin tone, then two people around a 🐰 and one with 🩰.
 */
const TOO_NEW_EMOJI =
  /[\u{1F6D8}-\u{1F6DB}\u{1F6ED}-\u{1F6EF}\u{1F6FD}-\u{1F6FF}\u{1FA7D}-\u{1FA7F}\u{1FA8A}-\u{1FA8E}\u{1FAC7}-\u{1FACD}\u{1FADD}\u{1FADE}\u{1FAEA}-\u{1FAEF}\u{1FAF9}-\u{1FAFF}]|[\u{1F46F}\u{1F93C}][\u{1F3FB}-\u{1F3FF}]|\u200D[\u{1F430}\u{1FA70}]/u;

export const emoji = z
  .string()
  .max(64, "Choose exactly one emoji")
  .transform(qualifyEmoji)
  .refine((text) => !TOO_NEW_EMOJI.test(text), "This emoji is too new: choose another one")
  .refine((text) => /^\p{RGI_Emoji}$/v.test(text), "Choose exactly one emoji");

export const agentIdShort = z
  .string()
  .regex(
    /^[a-z0-9](?:[a-z0-9_-]{0,61}[a-z0-9])?$/,
    "The id may hold lower-case letters, digits, - and _, and starts and ends with a letter or digit",
  )
  .refine((id) => !RESERVED_AGENT_IDS.some((reserved) => reserved === id), "This id is reserved");

/** `agent:<id>:<session>`, at most 200 characters. The id part is what OpenClaw calls the agent. */
export const agentKey = z
  .string()
  .max(200, "The key must be at most 200 characters long")
  .regex(
    /^agent:[^:]+:[A-Za-z0-9][A-Za-z0-9_.-]*$/,
    "The key has the form agent:<id>:<session>, for example agent:ricky:main",
  )
  .refine(
    (key) => agentIdShort.safeParse(key.split(":")[1]).success,
    "The id inside the key is not one that OpenClaw can use",
  );

export const projectId = z
  .string()
  .min(1, "Name the project")
  .max(200)
  // What Postgres takes for no text at all. Everything else may be the id of a project that was there before.
  .refine((id) => id.isWellFormed() && !id.includes("\0"), "The project's id contains half a character or a NUL");
export const executorId = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/, "Not an executor id");
export const color = z
  .string()
  .regex(/^#[0-9a-f]{6}$/i, "A colour has the form #rrggbb")
  .toLowerCase();
