import { useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import type { DocumentType, ResolveDocumentCommand } from "#contract";
import { describeFailure } from "../../../lib/error-text.ts";
import { documentName } from "../../../lib/fleet/document-name.ts";
import { executorLabel } from "../../../lib/fleet/executor-label.ts";
import { sentences } from "../../../lib/fleet/sentences.ts";
import { Button } from "../../../ui/button.tsx";
import { Notice } from "../../../ui/notice.tsx";
import { EditorSkeleton } from "../documents-skeleton.tsx";
import type { Head } from "../edit.ts";
import { revisionTextQuery, versionTextQuery } from "../queries.ts";
import { problemOf } from "../text-size.ts";
import type { DocumentAgent } from "../use-document-agent.ts";
import { MergeView } from "./merge-view.tsx";
import { useConflictSides } from "./use-conflict-sides.ts";

type ConflictPanelProps = {
  found: DocumentAgent;
  type: DocumentType;
  documentId: string;
  head: Head;
  /** What was found on disk. */
  version: number;
  /** The revision that lay there before; null when none did. */
  baseRevision: number | null;
  isLocked: boolean;
  isBusy: boolean;
  onResolve: (command: ResolveDocumentCommand) => void;
  /** Whether something was typed into the merge. */
  onMergingChange: (isMerging: boolean) => void;
};

/** The file on disk and the document here were changed apart: both texts, and the choice between them. */
export function ConflictPanel({ documentId, head, version, baseRevision, ...props }: ConflictPanelProps) {
  const theirs = useQuery(versionTextQuery(version));
  const base = useQuery({
    ...revisionTextQuery(documentId, baseRevision ?? 0),
    enabled: baseRevision !== null,
  });
  const error = theirs.error;
  if (error !== null) {
    return (
      <Notice
        tone="danger"
        live="alert"
        title="The text on disk could not be read"
        action={
          <Button size="sm" onClick={() => void theirs.refetch()}>
            Retry
          </Button>
        }
      >
        {sentences(describeFailure(error).message)}
      </Notice>
    );
  }
  // Without what both began with, the merge begins with mine.
  const isBaseRead = baseRevision === null || base.data !== undefined || base.error !== null;
  if (theirs.data === undefined || !isBaseRead) return <EditorSkeleton />;
  const newest = { mine: head.content, revision: head.revision, theirs: theirs.data, version, base: base.data ?? null };
  return <Choice {...props} newest={newest} />;
}

type ChoiceProps = Omit<ConflictPanelProps, "documentId" | "head" | "version" | "baseRevision"> & {
  newest: Parameters<typeof useConflictSides>[0];
};

function Choice({ found, type, newest, isLocked, isBusy, onResolve, onMergingChange }: ChoiceProps) {
  const { sides, text, setText, isTyped, isOld, takeNewest } = useConflictSides(newest);
  const machine = found.executor === undefined ? "its Mac" : executorLabel(found.executor);
  const problem = problemOf(text);

  useEffect(() => {
    onMergingChange(isTyped);
    return () => onMergingChange(false);
  }, [isTyped, onMergingChange]);

  const resolve = (content: string) =>
    onResolve({ content, baseRevision: sides.revision, conflictVersion: sides.version });
  return (
    <>
      <Notice
        tone="warning"
        live="status"
        title={`The file at ${machine} and the document here were changed apart`}
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
          : "Neither is lost: the file stays as it is, and this text is kept here, until somebody chooses."}
        {problem !== undefined && ` ${sentences(problem)}`}
      </Notice>
      <MergeView
        // The undo of one choice is none of the next.
        key={`${sides.revision}/${sides.version}`}
        name={documentName(type)}
        mineLabel="Here"
        theirsLabel={`On disk at ${machine}`}
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
