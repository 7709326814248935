import type { ServiceState } from "./service-manager.ts";

/** What the executor, Node and launchd mean by them. */
const EXIT_CODES = new Map([
  [0, "in order"],
  [1, "with an error"],
  [2, "because of wrong settings"],
  [78, "before it began: a file that its definition names cannot be used. Install it again"],
  [126, "before it began: its Node cannot be run. Install it again"],
  [127, "before it began: its Node is not there. Install it again"],
  [134, "because Node broke (out of memory, most likely)"],
  [137, "because it was killed"],
  [143, "because it was asked to, before it could do so in order"],
  [200, "before it began: its folder is not there. Install it again"],
  [203, "before it began: its Node is not there. Install it again"],
  [209, "before it began: its log folder cannot be written. Install it again"],
]);

/** How it ended last, as the end of a sentence that begins with "It ended". */
export function endWords(end: ServiceState["lastEnd"]): string {
  if (end === null) return "and nobody knows how";
  if ("signal" in end) return `by a signal (${end.signal})`;
  const words = EXIT_CODES.get(end.exitCode);
  return words === undefined ? `with code ${end.exitCode}` : `with code ${end.exitCode}, ${words}`;
}
