import { type DocumentType, documentContent, LARGEST_DOCUMENT_BYTES } from "../_shared/contract.ts";
import { Refusal } from "./refusal.ts";

const DAY_MS = 24 * 60 * 60 * 1000;

/** Throws a Refusal for a text that no document may have: 413 when it is too large, else 422. */
export function requireContent(content: string): void {
  if (new TextEncoder().encode(content).length > LARGEST_DOCUMENT_BYTES) {
    throw new Refusal("A document holds at most 1 MiB of text", {
      status: 413,
      code: "payload_too_large",
      field: "content",
      hint: "Shorten it: an agent reads a small part of so much",
    });
  }
  const [issue] = documentContent.safeParse(content).error?.issues ?? [];
  if (issue) throw invalid(issue.message, "content", "Take it out, and save again");
}

/** Throws a Refusal (422) for a day that this document cannot be of: it is no daily note, or it is today nowhere. */
export function requireDate(type: DocumentType, date: string | undefined): void {
  if (date === undefined) return;
  if (type !== "memory_today") {
    throw invalid("Only a daily note is of a day", "docDate", "Leave out docDate");
  }
  const today = new Date().toISOString().slice(0, "YYYY-MM-DD".length);
  if (Math.abs(Date.parse(date) - Date.parse(today)) > DAY_MS) {
    throw invalid("It is this day nowhere", "docDate", "Give the agent's today, or leave out docDate");
  }
}

function invalid(message: string, field: string, hint: string): Refusal {
  return new Refusal(message, { status: 422, code: "invalid_document", field, hint });
}
