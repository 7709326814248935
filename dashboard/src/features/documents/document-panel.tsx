import type { DocumentType } from "#contract";
import { DataNotice } from "../../lib/fleet/data-notice.tsx";
import { documentName } from "../../lib/fleet/document-name.ts";
import { useNow } from "../../lib/use-now.ts";
import { diskOf, diskStateOf } from "./disk-words.ts";
import { PANEL_ID, tabId } from "./document-tabs.tsx";
import { EditorSkeleton } from "./documents-skeleton.tsx";
import { OpenDocument } from "./open-document.tsx";
import { useDocument } from "./use-document.ts";
import type { DocumentAgent } from "./use-document-agent.ts";

type DocumentPanelProps = { found: DocumentAgent; type: DocumentType };

/** One document, once it is read. */
export function DocumentPanel({ found, type }: DocumentPanelProps) {
  const { agent, executor } = found;
  const data = useDocument(agent, type);
  const { row, head } = data;
  const now = useNow(10);
  const disk = row && diskOf(row.brain_doc_disk, executor?.id ?? agent.executor_id);
  const state = diskStateOf({ type, revision: head?.revision ?? 0, disk, agent, executor, now });
  return (
    <div
      id={PANEL_ID}
      role="tabpanel"
      tabIndex={-1}
      aria-labelledby={tabId(type)}
      className="flex min-w-0 flex-col gap-3"
    >
      <DataNotice data={data} what={documentName(type)} />
      {data.status === "loading" && head === undefined && (
        <div role="status" aria-label="Loading the document">
          <EditorSkeleton />
        </div>
      )}
      {head !== undefined && <OpenDocument found={found} type={type} row={row} head={head} disk={disk} state={state} />}
    </div>
  );
}
