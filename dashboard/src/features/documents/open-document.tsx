import { lazy, Suspense, useState } from "react";
import { type DocumentType, READ_ONLY_DOCUMENTS } from "#contract";
import { documentName } from "../../lib/fleet/document-name.ts";
import { RefusalNotice } from "../../lib/fleet/refusal-notice.tsx";
import { draftKey } from "../../lib/kept-drafts.ts";
import { useSession } from "../../lib/session.ts";
import { useModShortcut } from "../../lib/use-mod-shortcut.ts";
import { type DiskState, readDiskError } from "./disk-words.ts";
import { DOCUMENT_WORDS } from "./document-names.ts";
import { DocumentNotices } from "./document-notices.tsx";
import { DocumentToolbar } from "./document-toolbar.tsx";
import { EditorSkeleton } from "./documents-skeleton.tsx";
import { currentEdit, type Edit, type Head, isOvertaken, isUnsaved, settleEdit, typeInto } from "./edit.ts";
import { EditorFooter } from "./editor-footer.tsx";
import { LeaveDialog } from "./leave-dialog.tsx";
import { ConflictPanel } from "./merge/conflict-panel.tsx";
import { laterDay, NewerPanel, type NewerText } from "./merge/newer-panel.tsx";
import type { DiskRow, DocumentRow } from "./rows.ts";
import { sizeOf } from "./text-size.ts";
import { TodayLine } from "./today-line.tsx";
import { useDiscard } from "./use-discard.ts";
import type { DocumentAgent } from "./use-document-agent.ts";
import { useDocumentCommands } from "./use-document-commands.ts";
import { useDraft } from "./use-draft.ts";
import { useKeptFocus } from "./use-kept-focus.ts";

const CodeEditor = lazy(async () => ({ default: (await import("./editor/code-editor.tsx")).CodeEditor }));
const Preview = lazy(async () => ({ default: (await import("./preview.tsx")).Preview }));
const HistoryDialog = lazy(async () => ({ default: (await import("./history/history-dialog.tsx")).HistoryDialog }));

export type OpenDocumentProps = {
  found: DocumentAgent;
  type: DocumentType;
  /** Undefined while the document is not there. */
  row: DocumentRow | undefined;
  head: Head;
  disk: DiskRow | undefined;
  state: DiskState;
};

/** One document: written, previewed, compared, saved. */
export function OpenDocument({ found, type, row, head, disk, state }: OpenDocumentProps) {
  const { agent, lock } = found;
  const session = useSession();
  const userId = session.status === "signed-in" ? session.userId : "nobody";
  const [edit, setEdit] = useState<Edit>();
  const [newer, setNewer] = useState<NewerText>();
  const [isPreview, setIsPreview] = useState(false);
  const [isHistoryOpen, setIsHistoryOpen] = useState(false);
  /** Typed into the merge of a conflict. */
  const [merging, setMerging] = useState<Edit>();
  const [ownRevision, setOwnRevision] = useState(0);

  const current = currentEdit(edit, head);
  const isDirty = isUnsaved(current);
  const key = draftKey(userId, agent.id, type);
  const draft = useDraft(key, isDirty ? current : merging, head);
  const text = current?.text ?? head.content;
  const size = sizeOf(type, text);
  const isLocked = lock !== undefined || READ_ONLY_DOCUMENTS.has(type);
  const conflictVersion = disk?.conflict_version ?? null;
  const isConflict = conflictVersion !== null && !isDirty && newer === undefined;
  const isEditing = newer === undefined && !isConflict;
  const maySave = isDirty && isEditing && !isLocked && size.problem === undefined;
  const name = documentName(type);

  const commands = useDocumentCommands(agent, type, {
    row,
    onSaved: (document) => {
      setEdit((now) => settleEdit(newer === undefined ? now : undefined, head, document));
      setOwnRevision(document.revision);
      setNewer(undefined);
      setMerging(undefined);
      setIsHistoryOpen(false);
    },
    onChanged: (document, content) => {
      const base = newer?.theirs.content ?? current?.base.content ?? head.content;
      // What was typed after it was sent counts too.
      const mine = newer === undefined && isDirty ? current.text : content;
      setNewer({ mine, base, theirs: document, docDate: current?.docDate });
      setIsHistoryOpen(false);
    },
  });
  const { isBusy } = commands;
  if (merging !== undefined && conflictVersion === null && !isDirty && !isBusy) {
    // Settled by somebody else: what was typed into the merge is unsaved text like any other.
    setMerging(undefined);
    setEdit(merging);
  }
  const save = (onSaved?: () => void) => {
    if (!isDirty || !maySave || isBusy) return;
    if (isOvertaken(current, head)) return mergeNewer();
    const { text: content, base, docDate } = current;
    const command = { content, baseRevision: base.revision, ...(docDate !== undefined && { docDate }) };
    commands.save(command, { onSuccess: () => onSaved?.() });
  };
  const mergeNewer = () => {
    if (!isDirty) return;
    setNewer({ mine: current.text, base: current.base.content, theirs: head, docDate: current.docDate });
  };
  const discard = useDiscard(key, setEdit);
  useKeptFocus([isEditing, isDirty, draft.offered !== undefined]);
  useModShortcut("s", () => save());
  useModShortcut("e", () => setIsPreview((now) => !now));

  return (
    <>
      <DocumentToolbar
        state={state}
        isDirty={isDirty}
        isLocked={isLocked}
        isPreview={isPreview}
        onPreviewChange={setIsPreview}
        mayPreview={isEditing}
        onHistory={row && (() => setIsHistoryOpen(true))}
        onDiscard={() => discard(current)}
        onSave={() => save()}
        maySave={maySave}
        isSaving={isBusy}
      />
      <DocumentNotices
        type={type}
        lock={lock}
        diskError={state.kind === "error" ? readDiskError(disk?.error) : undefined}
        draft={draft.offered}
        onDraft={(isContinued) => {
          const { offered } = draft;
          draft.decide();
          if (isContinued) setEdit(offered);
          else discard(offered);
        }}
        isOvertaken={newer === undefined && !isLocked && isOvertaken(current, head)}
        onMerge={mergeNewer}
        isConflictWaiting={conflictVersion !== null && isDirty && newer === undefined}
        machine={state.words}
        problem={isDirty ? size.problem : undefined}
        isKept={draft.isKept}
      />
      <RefusalNotice refusal={commands.refusal} />
      {type === "memory_today" && isEditing && (
        <TodayLine
          docDate={current?.docDate ?? head.docDate}
          isThere={head.revision > 0}
          mayStart={!isLocked && !isDirty && draft.offered === undefined}
          onStart={(docDate) =>
            setEdit({ text: "", base: { content: head.content, revision: head.revision }, docDate })
          }
        />
      )}
      {newer !== undefined && (
        <NewerPanel
          key={newer.theirs.revision}
          name={name}
          newer={newer}
          isBusy={isBusy}
          onSave={(content) => {
            const docDate = laterDay(newer);
            const day = docDate !== undefined && { docDate };
            commands.save({ content, baseRevision: newer.theirs.revision, reason: "merged", ...day });
          }}
          onType={(text) => {
            const { content, revision } = newer.theirs;
            setEdit({ text, base: { content, revision }, docDate: laterDay(newer) });
          }}
          onUseTheirs={() => {
            discard(current);
            setNewer(undefined);
          }}
          onBack={() => setNewer(undefined)}
        />
      )}
      {isConflict && row !== undefined && (
        <ConflictPanel
          found={found}
          type={type}
          documentId={row.id}
          head={head}
          version={conflictVersion}
          baseRevision={disk?.revision ?? null}
          day={type === "memory_today" ? (disk?.doc_date ?? head.docDate) : null}
          isLocked={isLocked || draft.offered !== undefined}
          isBusy={isBusy}
          onResolve={commands.resolve}
          onMergingChange={setMerging}
        />
      )}
      {isEditing && (
        <div className="flex min-w-0 flex-col overflow-hidden rounded-lg border border-line bg-surface shadow-raised focus-within:border-focus">
          <Suspense fallback={<EditorSkeleton />}>
            {isPreview ? (
              <Preview text={text} />
            ) : (
              <CodeEditor
                label={name}
                value={text}
                onValueChange={(next) => setEdit(typeInto(edit, head, next))}
                isReadOnly={isLocked || draft.offered !== undefined}
                emptyText={DOCUMENT_WORDS[type].emptyText}
                className="h-[clamp(18rem,calc(100dvh-23rem),60rem)] max-sm:h-[max(16rem,calc(100dvh-26.5rem))]"
              />
            )}
          </Suspense>
          <EditorFooter size={size} row={row} executors={found.executors} ownRevision={ownRevision} />
        </div>
      )}
      {isHistoryOpen && row !== undefined && (
        <Suspense fallback={null}>
          <HistoryDialog
            name={name}
            documentId={row.id}
            head={head}
            executors={found.executors}
            onClose={() => setIsHistoryOpen(false)}
            restore={
              isLocked
                ? undefined
                : {
                    isBusy,
                    refusal: isDirty || merging !== undefined ? "Save or discard your unsaved text first" : undefined,
                    onRestore: (content) =>
                      commands.save(
                        { content, baseRevision: head.revision, reason: "restored" },
                        // What the function had against it stands on the page.
                        { onError: () => setIsHistoryOpen(false) },
                      ),
                  }
            }
          />
        </Suspense>
      )}
      <LeaveDialog
        isOn={isDirty || merging !== undefined || newer !== undefined}
        name={name}
        isKept={(isDirty || merging !== undefined) && draft.isKept}
        onSave={maySave && !isOvertaken(current, head) ? save : undefined}
      />
    </>
  );
}
