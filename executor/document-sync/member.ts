import { DOCUMENT_TYPES, type DocumentType, documentFile, MAIN_AGENT_ID } from "#contract";
import type { ListedAgent, ListedDocument } from "../document-verbs.ts";
import { PermanentError } from "../errors.ts";
import { isSameFolder } from "../same-folder.ts";
import { existingWorkspace, type Workspace } from "../workspace.ts";

/** What is known of one document of a member. */
export interface Known {
  id: string;
  /** Of its text, when it was listed. */
  bytes: number;
  /** Of memory_today: the day whose note it is; null: of today. */
  docDate: string | null;
  /** Of the file as it was settled last; null: there was none. Undefined: to be settled, whatever the file holds. */
  sha256: string | null | undefined;
}

/** A document as it was listed. */
export type Head = Pick<ListedDocument, "revision" | "sha256">;
/** By the document's id. */
export type Heads = ReadonlyMap<string, Head>;

/** An agent that lives here, with its workspace. */
export interface Member {
  agent: { projectId: string; agentKey: string };
  workspace: Workspace;
  documents: Map<DocumentType, Known>;
}

export const isMain = ({ agentIdShort }: ListedAgent): boolean => agentIdShort === MAIN_AGENT_ID;

/** @throws as existingWorkspace does, and PermanentError workspace_elsewhere for a main agent that works in another folder */
export async function openMember(root: string, agent: ListedAgent): Promise<Member> {
  const { projectId, agentKey, agentIdShort, workspacePath, documents } = agent;
  const workspace = await existingWorkspace(root, agentIdShort);
  if (isMain(agent) && workspacePath !== null && !(await isSameFolder(workspacePath, workspace.dir)))
    throw new PermanentError("workspace_elsewhere", `The main agent works in ${workspacePath}, not ${workspace.dir}`, {
      hint: "Let OpenClaw's main agent work there and adopt it again, or edit its files where they are",
    });
  return { agent: { projectId, agentKey }, workspace, documents: new Map(documents.map(knownOf)) };
}

function knownOf(document: ListedDocument): [DocumentType, Known] {
  const { id, type, bytes, docDate, disk } = document;
  const spoken = disk?.sha256 ?? undefined;
  return [
    type,
    { id, bytes, docDate, sha256: spoken !== undefined && isInStep(document, spoken) ? spoken : undefined },
  ];
}

/** Whether nothing is to be written or said while the file has this hash. */
function isInStep({ revision, docDate, disk }: ListedDocument, sha256: string): boolean {
  if (disk === null || disk.isError || disk.sha256 !== sha256) return false;
  return disk.isConflict || (disk.revision === revision && disk.docDate === docDate);
}

/** Every file of a document: for the daily note the day's that it is, and today's. */
export function filesOf({ documents }: Member, today: string): string[] {
  const noteDate = documents.get("memory_today")?.docDate ?? today;
  const files = DOCUMENT_TYPES.map((type) => documentFile(type, noteDate));
  return [...new Set([...files, documentFile("memory_today", today)])];
}
