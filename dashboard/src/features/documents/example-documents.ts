import { exampleAgent, exampleExecutor } from "../../lib/fleet/example-rows.ts";
import type { DiskRow, DocumentRow } from "./rows.ts";
import type { DocumentAgent } from "./use-document-agent.ts";

const AT = "2026-03-01T12:00:00Z";

/** For tests: Ricky's SOUL.md in its third revision, which nobody said lies anywhere. */
export function exampleDocument(more: Partial<DocumentRow> = {}): DocumentRow {
  return {
    id: "8a0c3f1e-2d5a-4b6c-8f7e-1a2b3c4d5e6f",
    doc_type: "soul",
    revision: 3,
    doc_date: null,
    updated_at: AT,
    updated_by: "executor:mini",
    brain_doc_disk: [],
    ...more,
  };
}

/** The third revision lies on the Mac mini. */
export function exampleDisk(more: Partial<DiskRow> = {}): DiskRow {
  return {
    executor_id: "mini",
    revision: 3,
    synced_at: AT,
    error: null,
    conflict_version: null,
    doc_date: null,
    ...more,
  };
}

/** Ricky, live on a Mac mini that is there, for somebody who may write. */
export function exampleDocumentAgent(more: Partial<DocumentAgent> = {}): DocumentAgent {
  const executor = exampleExecutor({ last_seen_at: new Date().toISOString() });
  return { agent: exampleAgent({ provisioned: true }), executors: [executor], executor, lock: undefined, ...more };
}
