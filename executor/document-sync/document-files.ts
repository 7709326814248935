import { DOCUMENT_TYPES, type DocumentType, documentDate, documentFile } from "#contract";

/** The folder of the daily notes. */
export const NOTES_FOLDER = "memory";

const NOTE = /^memory\/(.+)\.md$/;

/** The day (YYYY-MM-DD) whose note this file is; null for every other file. Files are relative to the workspace. */
export function dayOfFile(file: string): string | null {
  return documentDate.safeParse(NOTE.exec(file)?.[1]).data ?? null;
}

/** The type whose document this file may be; null for every other file. */
export function typeOfFile(file: string): DocumentType | null {
  if (dayOfFile(file) !== null) return "memory_today";
  return DOCUMENT_TYPES.find((type) => type !== "memory_today" && documentFile(type, "") === file) ?? null;
}
