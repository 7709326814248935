import type { DocumentType } from "#contract";
import { type DiskState, diskOf, diskStateOf } from "./disk-words.ts";
import { SHOWN_DOCUMENTS } from "./document-names.ts";
import type { DocumentRow } from "./rows.ts";
import type { DocumentAgent } from "./use-document-agent.ts";

/** Where each document of an agent stands; empty while its rows are not read. */
export function diskStatesOf(
  rows: readonly DocumentRow[] | undefined,
  { agent, executor }: Pick<DocumentAgent, "agent" | "executor">,
  now: Date,
): ReadonlyMap<DocumentType, DiskState> {
  if (rows === undefined) return new Map();
  return new Map(
    SHOWN_DOCUMENTS.map((type) => {
      const row = rows.find(({ doc_type }) => doc_type === type);
      const disk = row && diskOf(row.brain_doc_disk, executor?.id ?? agent.executor_id);
      return [type, diskStateOf({ type, revision: row?.revision ?? 0, disk, agent, executor, now })];
    }),
  );
}
