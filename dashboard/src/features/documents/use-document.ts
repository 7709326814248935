import { keepPreviousData, useQuery } from "@tanstack/react-query";
import type { DocumentType } from "#contract";
import type { AgentAddress } from "../../lib/fleet/commands.ts";
import { type Reading, readingOf } from "../../lib/fleet/reading.ts";
import type { Head } from "./edit.ts";
import { documentsQuery, textQuery } from "./queries.ts";
import type { DocumentRow } from "./rows.ts";

const NOT_THERE: Head = { content: "", revision: 0, docDate: null };

/** One document of an agent, kept current; `row` undefined: it is not there yet, or not read. */
export function useDocument(
  agent: AgentAddress,
  type: DocumentType,
): Reading & { row: DocumentRow | undefined; head: Head | undefined } {
  const rows = useQuery(documentsQuery(agent));
  const row = rows.data?.find(({ doc_type }) => doc_type === type);
  const text = useQuery({
    ...textQuery(row?.id ?? "", row?.revision ?? 0),
    enabled: row !== undefined,
    // The last text stands while the next one is on its way.
    placeholderData: keepPreviousData,
  });
  const isThere = row !== undefined;
  const head = text.data && {
    content: text.data.content,
    revision: text.data.revision,
    docDate: text.data.doc_date,
  };
  return {
    ...readingOf(isThere ? [rows, text] : [rows]),
    row,
    head: isThere ? head : rows.data && NOT_THERE,
  };
}
