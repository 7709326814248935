import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import type { DocumentType } from "#contract";
import type { AgentAddress } from "../../lib/fleet/commands.ts";
import { type Reading, readingOf } from "../../lib/fleet/reading.ts";
import type { Head } from "./edit.ts";
import { documentsQuery, textQuery } from "./queries.ts";
import type { DocumentRow, DocumentText } from "./rows.ts";

const NOT_THERE: Head = { content: "", revision: 0, docDate: null };

/**
 * One document of an agent, kept current; `row` undefined: it is not there yet, or not read. The last text stands while
 * the next one is on its way, or cannot be read.
 */
export function useDocument(
  agent: AgentAddress,
  type: DocumentType,
): Reading & { row: DocumentRow | undefined; head: Head | undefined } {
  const rows = useQuery(documentsQuery(agent));
  const row = rows.data?.find(({ doc_type }) => doc_type === type);
  const text = useQuery({ ...textQuery(row?.id ?? "", row?.revision ?? 0), enabled: row !== undefined });
  const isAbsent = rows.data !== undefined && row === undefined;
  const read = useMemo(
    () => (isAbsent ? NOT_THERE : row && text.data && headOf(row, text.data)),
    [isAbsent, row, text.data],
  );
  const [last, setLast] = useState(read);
  if (read !== undefined && read !== last) setLast(read);
  return { ...readingOf(row === undefined ? [rows] : [rows, text]), row, head: read ?? last };
}

/** The day of a note may be said later than its text was read. */
function headOf(row: DocumentRow, { content, revision, doc_date }: DocumentText): Head {
  return { content, revision, docDate: row.revision === revision ? row.doc_date : doc_date };
}
