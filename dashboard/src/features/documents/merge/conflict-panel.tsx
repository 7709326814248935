import { useQuery } from "@tanstack/react-query";
import { useEffect, useMemo, useState } from "react";
import type { DocumentType, ResolveDocumentCommand } from "#contract";
import { describeFailure } from "../../../lib/error-text.ts";
import { documentName } from "../../../lib/fleet/document-name.ts";
import { executorLabel } from "../../../lib/fleet/executor-label.ts";
import { sentences } from "../../../lib/fleet/sentences.ts";
import { useNow } from "../../../lib/use-now.ts";
import { Button } from "../../../ui/button.tsx";
import { Notice } from "../../../ui/notice.tsx";
import { EditorSkeleton } from "../documents-skeleton.tsx";
import type { Edit, Head } from "../edit.ts";
import { revisionTextQuery, versionTextQuery } from "../queries.ts";
import { problemOf } from "../text-size.ts";
import type { DocumentAgent } from "../use-document-agent.ts";
import { dayWords, LATER_NOTES_WAIT } from "../version-words.ts";
import { MergeView } from "./merge-view.tsx";
import { type ConflictSides, useConflictSides } from "./use-conflict-sides.ts";

type ConflictPanelProps = {
  found: DocumentAgent;
  type: DocumentType;
  documentId: string;
  head: Head;
  /** What was found on disk. */
  version: number;
  /** The revision that lay there before; null when none did. */
  baseRevision: number | null;
  /** Of a daily note: the day that it is about; null while nobody has said. */
  day: string | null;
  isLocked: boolean;
  isBusy: boolean;
  onResolve: (command: ResolveDocumentCommand) => void;
  /** What was typed into the merge, as an edit of the document. */
  onMergingChange: (merging: Edit | undefined) => void;
};

/** The file on disk and the document here were both changed: both texts, and the choice between them. */
export function ConflictPanel({ documentId, head, version, baseRevision, ...props }: ConflictPanelProps) {
  const theirs = useQuery(versionTextQuery(version));
  const base = useQuery({
    ...revisionTextQuery(documentId, baseRevision ?? 0),
    enabled: baseRevision !== null,
  });
  // Without what both began with, the merge begins with mine.
  const isBaseRead = baseRevision === null || base.data !== undefined || base.error !== null;
  const read = useMemo((): ConflictSides | undefined => {
    if (theirs.data === undefined || !isBaseRead) return undefined;
    return { mine: head.content, revision: head.revision, theirs: theirs.data, version, base: base.data ?? null };
  }, [head, theirs.data, version, base.data, isBaseRead]);
  // While the next text is on its way the choice stays, and with it what was typed into it.
  const [last, setLast] = useState(read);
  if (read !== undefined && read !== last) setLast(read);
  const newest = read ?? last;
  const { error } = theirs;
  if (newest === undefined && error === null) return <EditorSkeleton />;
  return (
    <>
      {error !== null && <UnreadNotice error={error} readAgain={() => void theirs.refetch()} />}
      {newest !== undefined && <Choice {...props} newest={newest} />}
    </>
  );
}

function UnreadNotice({ error, readAgain }: { error: Error; readAgain: () => void }) {
  return (
    <Notice
      tone="danger"
      live="alert"
      title="The text on disk could not be read"
      action={
        <Button size="sm" onClick={readAgain}>
          Retry
        </Button>
      }
    >
      {sentences(describeFailure(error).message)}
    </Notice>
  );
}

type ChoiceProps = Omit<ConflictPanelProps, "documentId" | "head" | "version" | "baseRevision"> & {
  newest: ConflictSides;
};

function Choice({ found, type, newest, day, isLocked, isBusy, onResolve, onMergingChange }: ChoiceProps) {
  const { sides, text, setText, isTyped, isOld, takeNewest } = useConflictSides(newest);
  const machine = found.executor === undefined ? "its Mac" : executorLabel(found.executor);
  const name = documentName(type);
  const now = useNow(60);
  const problem = problemOf(text);

  useEffect(() => {
    const base = { content: sides.mine, revision: sides.revision };
    onMergingChange(isTyped ? { text, base } : undefined);
  }, [isTyped, text, sides, onMergingChange]);

  const resolve = (content: string) =>
    onResolve({ content, baseRevision: sides.revision, conflictVersion: sides.version });
  return (
    <>
      <Notice
        tone="warning"
        live="status"
        title={`${day === null ? name : `The note of ${dayWords(day, now)}`} was changed here and on ${machine}`}
        action={
          isOld && (
            <Button size="sm" onClick={takeNewest}>
              Merge with the newer text
            </Button>
          )
        }
      >
        {isOld
          ? "One of them changed again meanwhile. What you merged so far stays."
          : "Neither text is lost. Until somebody chooses, the file stays as it is, and so does the text here."}
        {type === "memory_today" && ` ${LATER_NOTES_WAIT}${isLocked ? "" : ": choose below"}.`}
        {problem !== undefined && ` ${sentences(problem)}`}
      </Notice>
      <MergeView
        // The undo of one choice is none of the next.
        key={`${sides.revision}/${sides.version}`}
        name={name}
        mineLabel="Mine, as it is here"
        theirsLabel={`Theirs, on ${machine}`}
        isBusy={isBusy}
        theirs={sides.theirs}
        value={text}
        onValueChange={isLocked ? undefined : setText}
      >
        {!isLocked && (
          <>
            <Button disabled={isBusy || isOld} onClick={() => resolve(sides.theirs)}>
              Use theirs
            </Button>
            <Button disabled={isBusy || isOld} onClick={() => resolve(sides.mine)}>
              Keep mine
            </Button>
            <Button
              variant="primary"
              isBusy={isBusy}
              disabled={isOld || problem !== undefined}
              onClick={() => resolve(text)}
            >
              Save the merge
            </Button>
          </>
        )}
      </MergeView>
    </>
  );
}
