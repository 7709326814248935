/** What an executor said of a document's file. Jsonb may hold anything. */
export type DiskRow = {
  executor_id: string;
  /** Of the document that lies there; null when none was acknowledged. */
  revision: number | null;
  synced_at: string | null;
  error: unknown;
  /** The version that was found there instead, and waits to be settled. */
  conflict_version: number | null;
  doc_date: string | null;
};

/** A document without its content, and what was said of its file. */
export type DocumentRow = {
  id: string;
  doc_type: string;
  revision: number;
  doc_date: string | null;
  updated_at: string;
  updated_by: string | null;
  brain_doc_disk: readonly DiskRow[];
};

export type DocumentText = { content: string; revision: number; doc_date: string | null };

/** A content that a document had, without it. */
export type VersionRow = {
  id: number;
  /** Null for what was found on disk and never became the document. */
  revision: number | null;
  author: string;
  source: string;
  reason: string | null;
  conflict: boolean;
  settled_at: string | null;
  created_at: string;
  doc_date: string | null;
};
