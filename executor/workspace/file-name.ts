import { DOCUMENT_TYPES, documentDate, documentFile } from "#contract";
import { PermanentError } from "../errors.ts";

const NAMES = new Set(DOCUMENT_TYPES.filter((type) => type !== "memory_today").map((type) => documentFile(type, "")));
const NOTE = /^memory\/([^/]+)\.md$/;

/**
 * The parts of a path that `documentFile` gives, also when a caller's types were wrong.
 * @throws PermanentError workspace_unsafe for every other path
 */
export function parseFileName(file: string): { folder: "memory" | null; name: string } {
  if (NAMES.has(file)) return { folder: null, name: file };
  const day = NOTE.exec(file)?.[1];
  if (day !== undefined && documentDate.safeParse(day).success) return { folder: "memory", name: `${day}.md` };
  throw new PermanentError("workspace_unsafe", `${JSON.stringify(file)} is not a file that Hatchery touches`);
}
