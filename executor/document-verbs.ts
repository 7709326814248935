import { z } from "zod";
import { documentDate, documentType, type ErrorCode } from "#contract";
import type { DatabaseCall } from "./database-call.ts";

const disk = z
  .object({
    /** Null: it was never acknowledged, or a conflict was settled since. */
    revision: z.number().int().nullable(),
    sha256: z.string().nullable(),
    docDate: documentDate.nullable(),
    isConflict: z.boolean(),
    isError: z.boolean(),
  })
  .nullable();

/** `sha256` (hex) is that of its text. */
const aboutDocument = z.object({
  id: z.uuid(),
  type: documentType,
  revision: z.number().int(),
  sha256: z.string(),
  /** Of memory_today: whose day's note it is; null: of today. */
  docDate: documentDate.nullable(),
  /** What this executor last said of the file; null: nothing yet. */
  disk,
});

/** A document without its text, as a listing has it. */
const listedDocument = aboutDocument.extend({ bytes: z.number().int() });
export type ListedDocument = z.infer<typeof listedDocument>;

const listedAgents = z.array(
  z.object({
    projectId: z.string(),
    agentKey: z.string(),
    agentIdShort: z.string(),
    /** As OpenClaw said when the agent came to live here; null when nobody has asked it. */
    workspacePath: z.string().nullable(),
    documents: z.array(listedDocument),
  }),
);
/** An agent that is live on this executor, not yet trusted, with its documents. */
export type ListedAgent = z.infer<typeof listedAgents>[number];

export const documentRows = z.array(
  aboutDocument.extend({
    content: z.string(),
    /** sha256 (hex) of every content that this document ever had: a file with one of them is ours. */
    knownSha256: z.array(z.string()),
  }),
);
export type StoredDocument = z.infer<typeof documentRows>[number];

const savedRow = z.tuple([
  z.object({
    outcome: z.enum(["adopted", "conflict", "stale"]),
    doc_id: z.uuid(),
    revision: z.number().int(),
  }),
]);
const heardIds = z.array(z.uuid());
const nothing = z.null();

/** This revision, with this hash (sha256, hex), is what the file on this machine holds. */
export interface Acknowledgement {
  id: string;
  revision: number;
  sha256: string;
  /** Of memory_today alone: the day of the note. */
  docDate?: string | undefined;
}

/** A text found on disk. */
export interface FoundDocument {
  projectId: string;
  agentKey: string;
  type: string;
  content: string;
  /** What was last acknowledged there; null for nothing. */
  baseSha256: string | null;
  /** Of memory_today alone: the day of the note. */
  docDate?: string | undefined;
}

interface Speaker {
  executor: string;
  /** The process: what another one of this id says is refused as `executor_held`. */
  instance: string;
  /** What every text passes that is no document. */
  clean(text: string): string;
  projectIds?: string[] | undefined;
}

/** What an executor asks and says of documents. Every verb throws a `QueueError`, and none is tried twice here. */
export function createDocumentVerbs(call: DatabaseCall, { executor, instance, clean, projectIds }: Speaker) {
  const speaker = { executor, instance };

  return {
    /** Of each agent that is live here, without texts. `onlyAhead`: the documents whose files are still to be written. */
    async listDocuments({ onlyAhead }: { onlyAhead: boolean }): Promise<ListedAgent[]> {
      const filter = projectIds ? { project_ids: projectIds } : {};
      return await call("list_documents", { ...speaker, only_ahead: onlyAhead, ...filter }, listedAgents);
    },

    /** Those of these documents whose agents live here, whole. */
    async readDocumentsById(ids: string[]): Promise<StoredDocument[]> {
      return await call("read_documents", { ...speaker, doc_ids: ids }, documentRows);
    },

    async acknowledgeDocument({ id, revision, sha256, docDate }: Acknowledgement): Promise<void> {
      const dated = docDate === undefined ? {} : { doc_date: docDate };
      await call("acknowledge_document", { ...speaker, doc_id: id, revision, sha256, ...dated }, nothing);
    },

    /** At most 500. @returns the ids of those that were heard; the others are gone, or somebody is just writing them */
    async acknowledgeDocuments(acknowledgements: Acknowledgement[]): Promise<string[]> {
      const said = acknowledgements.map(({ docDate, ...rest }) => ({
        ...rest,
        ...(docDate === undefined ? {} : { docDate }),
      }));
      return await call("acknowledge_documents", { ...speaker, acknowledgements: said }, heardIds);
    },

    /** Offers a text found on disk; `outcome`: it is head now and acknowledged, is kept beside head, or is of an earlier day. */
    async saveDocumentFromDisk(found: FoundDocument) {
      const { projectId, agentKey, type, content, baseSha256, docDate } = found;
      const [saved] = await call(
        "save_document_from_disk",
        {
          ...speaker,
          ...{ project_id: projectId, agent_key: agentKey, doc_type: type, content },
          ...(baseSha256 === null ? {} : { base_sha256: baseSha256 }),
          ...(docDate === undefined ? {} : { doc_date: docDate }),
        },
        savedRow,
      );
      return { outcome: saved.outcome, id: saved.doc_id, revision: saved.revision };
    },

    /** Keeps a text that somebody wrote in the moment in which its file was replaced. */
    async keepDisplacedDocument(id: string, content: string, docDate?: string): Promise<void> {
      const dated = docDate === undefined ? {} : { doc_date: docDate };
      await call("keep_displaced_document", { ...speaker, doc_id: id, content, ...dated }, nothing);
    },

    async reportDocumentError(id: string, error: { code: ErrorCode; message: string; hint?: string }): Promise<void> {
      const { code, message, hint } = error;
      const words = { code, message: clean(message), ...(hint === undefined ? {} : { hint: clean(hint) }) };
      await call("report_document_error", { ...speaker, doc_id: id, error: words }, nothing);
    },
  };
}
