import { type DocumentType, documentFile } from "#contract";
import { readWorkspaceFile, sha256 } from "../workspace.ts";
import { typeOfFile } from "./document-files.ts";
import type { Known, Member } from "./member.ts";

/** What a file calls for. */
export type Look =
  | { is: "in step" }
  | { is: "different"; known: Known }
  /** There is a file, and no document yet. */
  | { is: "new"; type: DocumentType; docDate: string | null };

const IN_STEP: Look = { is: "in step" };

/** Reads a file of a member (relative to its workspace) and compares. @throws as readWorkspaceFile does */
export async function lookAtFile({ workspace, documents }: Member, file: string, today: string): Promise<Look> {
  const type = typeOfFile(file);
  if (type === null) return IN_STEP;
  const known = documents.get(type);
  const day = known?.docDate ?? today;
  const isAnotherDays = documentFile(type, day) !== file;
  // A note of today takes the place of an earlier one; every other note is left alone.
  if (isAnotherDays && (file !== documentFile(type, today) || day > today)) return IN_STEP;
  const text = await readWorkspaceFile(workspace, file);
  if (known === undefined)
    return text === null ? IN_STEP : { is: "new", type, docDate: type === "memory_today" ? day : null };
  if (isAnotherDays) return text === null ? IN_STEP : { is: "different", known };
  return known.sha256 === (text === null ? null : sha256(text)) ? IN_STEP : { is: "different", known };
}
