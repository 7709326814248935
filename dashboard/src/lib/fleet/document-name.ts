import { documentFile, documentType } from "#contract";

/** What a document is called in a sentence: by its file. Of which day a daily note is, its `docDate` says. */
export function documentName(type: string): string {
  const known = documentType.safeParse(type).data;
  if (known === undefined) return type;
  return known === "memory_today" ? "Daily note" : documentFile(known, "");
}
