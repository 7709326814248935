import { type DocumentType, documentContent, openclawReads } from "#contract";

export type TextSize = { words: string; tone: "quiet" | "warning" | "danger"; problem: string | undefined };

const number = new Intl.NumberFormat("en-GB");

/** Why a text cannot be saved; undefined when it can. */
export function problemOf(text: string): string | undefined {
  return documentContent.safeParse(text).error?.issues[0]?.message;
}

/** How long a text is beside what OpenClaw reads of it; `problem` says why it cannot be saved. */
export function sizeOf(type: DocumentType, text: string): TextSize {
  const problem = problemOf(text);
  const count = number.format(text.length);
  // A daily note is read on demand, whatever its length.
  const most = type === "memory_today" ? undefined : openclawReads(type);
  const words = most === undefined ? `${count} characters` : `${count} of ${number.format(most)} characters`;
  const isCut = most !== undefined && text.length > most;
  return { words, tone: problem !== undefined ? "danger" : isCut ? "warning" : "quiet", problem };
}
