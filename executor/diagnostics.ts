import { stripVTControlCharacters } from "node:util";

const MAX_CHARACTERS = 4_000;
const CONTROL = /(?![\n\t])\p{Cc}/gu;
const SECRET =
  /((?:key|token|secret|password|authorization|bearer)["']?\s*[:= ]\s*(?:bearer\s+)?["']?)[\w./+=~-]{8,}/giu;
const JWT = /eyJ[\w-]{8,}\.[\w-]+\.[\w-]*/gu;

/** The end of what a tool printed, at most 4,000 characters, without escapes, control characters and what looks like a secret. */
export function cleanDiagnostics(text: string): string {
  return stripVTControlCharacters(text)
    .replace(CONTROL, "")
    .replace(JWT, "[hidden]")
    .replace(SECRET, "$1[hidden]")
    .trim()
    .slice(-MAX_CHARACTERS)
    .toWellFormed();
}
