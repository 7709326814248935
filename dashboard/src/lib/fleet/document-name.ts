import { documentFile, documentType } from "#contract";

/** What a document is called in a sentence: by its file, or by the day that it is of. */
export function documentName(type: string): string {
  const known = documentType.safeParse(type).data;
  if (known === undefined) return type;
  return known === "memory_today" ? "Today's note" : documentFile(known, "");
}
