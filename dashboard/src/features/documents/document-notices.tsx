import { type DocumentError, type DocumentType, READ_ONLY_DOCUMENTS } from "#contract";
import { sentences } from "../../lib/fleet/sentences.ts";
import { Button } from "../../ui/button.tsx";
import { Notice } from "../../ui/notice.tsx";
import { RelativeTime } from "../../ui/relative-time.tsx";
import type { Draft } from "./drafts.ts";
import type { Lock } from "./use-document-agent.ts";
import { LATER_NOTES_WAIT } from "./version-words.ts";

const LOCKS: Record<Lock, { title: string; words: string }> = {
  viewer: { title: "You may look, but not write", words: "An owner of the project can make you an operator." },
  removing: { title: "The agent is being removed", words: "Nothing more can be written here. The history is kept." },
  absent: { title: "Nobody has asked for this agent on a Mac", words: "Provision it, then write its documents." },
};

type DocumentNoticesProps = {
  type: DocumentType;
  lock: Lock | undefined;
  /** Why the file is not as the document says. */
  diskError: DocumentError | undefined;
  draft: Draft | undefined;
  onDraft: (isContinued: boolean) => void;
  isOvertaken: boolean;
  onMerge: () => void;
  /** There is a conflict, and unsaved text in the way of settling it. */
  isConflictWaiting: boolean;
  /** Where that is. */
  machine: string;
  /** Why the text cannot be saved. */
  problem: string | undefined;
  /** False: the browser keeps no copy of what is typed. */
  isKept: boolean;
};

/** What somebody must know who reads or writes this document now. */
export function DocumentNotices(props: DocumentNoticesProps) {
  const { type, lock, diskError, draft, onDraft, onMerge, problem } = props;
  return (
    <>
      {READ_ONLY_DOCUMENTS.has(type) ? (
        <Notice tone="muted" title="Written from name and emoji">
          Edit the agent to change them; OpenClaw then writes this file anew.
        </Notice>
      ) : (
        lock !== undefined && (
          <Notice tone="muted" title={LOCKS[lock].title}>
            {LOCKS[lock].words}
          </Notice>
        )
      )}
      {diskError !== undefined && (
        <Notice tone="danger" live="status" title={sentences(diskError.message)}>
          {diskError.hint !== undefined && sentences(diskError.hint)}
        </Notice>
      )}
      {draft !== undefined && lock === undefined && (
        <Notice
          tone="info"
          live="status"
          title={
            <>
              You have unsaved text from <RelativeTime at={draft.at} />
            </>
          }
          action={
            <div className="flex gap-2">
              <Button size="sm" onClick={() => onDraft(false)}>
                Discard
              </Button>
              <Button size="sm" variant="primary" onClick={() => onDraft(true)}>
                Continue
              </Button>
            </div>
          }
        />
      )}
      {props.isOvertaken && (
        <Notice
          tone="warning"
          live="status"
          title="A newer text is there"
          action={
            <Button size="sm" onClick={onMerge}>
              Merge
            </Button>
          }
        >
          It was saved while you were writing. Yours is not lost, and nothing was overwritten.
        </Notice>
      )}
      {props.isConflictWaiting && (
        <Notice tone="warning" live="status" title={props.machine}>
          Save or discard your text, then choose between the two.
          {type === "memory_today" && ` ${LATER_NOTES_WAIT}.`}
        </Notice>
      )}
      {problem !== undefined && (
        <Notice tone="danger" live="status" title={sentences(problem)}>
          It cannot be saved like this.
        </Notice>
      )}
      {!props.isKept && (
        <Notice tone="warning" live="status" title="This browser keeps no copy of your unsaved text">
          Save before you close or reload the page.
        </Notice>
      )}
    </>
  );
}
