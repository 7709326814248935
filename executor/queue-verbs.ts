import type { Database } from "#database";

/** The database's functions that an executor calls while it works. */
export const QUEUE_VERBS = [
  "acknowledge_document",
  "acknowledge_documents",
  "claim_provision_requests",
  "complete_provision_request",
  "fail_provision_request",
  "fail_stuck_requests",
  "keep_displaced_document",
  "list_documents",
  "publish_runtime",
  "read_documents",
  "read_request_documents",
  "record_heartbeat",
  "release_provision_request",
  "renew_provision_lease",
  "report_document_error",
  "save_document_from_disk",
  "save_request_document",
] as const satisfies (keyof Database["public"]["Functions"])[];

export type QueueVerb = (typeof QUEUE_VERBS)[number];
