import { stripVTControlCharacters } from "node:util";
import { hideTokens } from "./redact.ts";

const MAX_CHARACTERS = 4_000;
const CONTROL = /(?![\n\t])\p{Cc}/gu;
const SECRET =
  /((?:key|token|secret|password|authorization|bearer)["']?\s*[:= ]\s*(?:bearer\s+)?["']?)[\w./+=~-]{8,}/giu;

/** The end of what a tool printed, at most 4,000 characters, without escapes, control characters and what looks like a secret. */
export function cleanDiagnostics(text: string): string {
  return hideTokens(stripVTControlCharacters(text).replace(CONTROL, ""))
    .replace(SECRET, "$1[hidden]")
    .trim()
    .slice(-MAX_CHARACTERS)
    .toWellFormed();
}
