import { type DocumentType, documentFile } from "#contract";
import { isCutOffBeside, readWorkspaceFile, sha256 } from "../workspace.ts";
import { typeOfFile } from "./document-files.ts";
import type { Heads, Known, Member } from "./member.ts";
import type { Same } from "./settling.ts";

/** What a file calls for. */
export type Look =
  | { is: "in step" }
  | { is: "different"; known: Known }
  | ({ is: "same" } & Same)
  /** There is a file, and no document yet. */
  | { is: "new"; type: DocumentType; docDate: string | null };

const IN_STEP: Look = { is: "in step" };

/** Reads a file of a member (relative to its workspace) and compares. @throws as readWorkspaceFile does */
export async function lookAtFile(member: Member, file: string, today: string, heads: Heads): Promise<Look> {
  const { workspace, documents } = member;
  const type = typeOfFile(file);
  if (type === null) return IN_STEP;
  const known = documents.get(type);
  const day = known?.docDate ?? today;
  const isAnotherDays = documentFile(type, day) !== file;
  // A note of today takes the place of an earlier one; every other note is left alone.
  if (isAnotherDays && (file !== documentFile(type, today) || day > today)) return IN_STEP;
  const text = await readWorkspaceFile(workspace, file);
  const docDate = type === "memory_today" ? day : null;
  if (known === undefined) return text === null ? IN_STEP : { is: "new", type, docDate };
  if (isAnotherDays) return text === null ? IN_STEP : { is: "different", known };
  const hash = text === null ? null : sha256(text);
  if (known.sha256 === hash) return IN_STEP;
  const head = heads.get(known.id);
  // What a write that was cut off has left is looked for before anything is said of its file.
  if (head === undefined || head.sha256 !== hash || (await isCutOffBeside(workspace, file)))
    return { is: "different", known };
  return { is: "same", member, known, head, docDate };
}
