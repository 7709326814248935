import { useSyncExternalStore } from "react";
import { z } from "zod";
import type { Failure } from "../../../lib/error-text.ts";
import { closedDialog, type DialogEvent, type DialogState, type DraftKind, nextDialogState } from "./dialog-state.ts";
import { type Submission, submissionOf } from "./submission.ts";

export type DraftDialog<Draft> = {
  /** Tells the dialog what happened. */
  tell: (event: DialogEvent<Draft>) => void;
  /** Brings a refused draft back; answers whether it stands there now, or has to wait for its turn. */
  bringBack: (submission: Submission<Draft>, problem: Failure) => boolean;
  read: () => DialogState<Draft>;
  use: () => DialogState<Draft>;
};

type Options<Draft> = DraftKind<Draft> & {
  /** Where the draft outlives a reload, but not the tab. */
  storageKey: string;
  schema: z.ZodType<Draft>;
};

const RELOADED: Failure = {
  code: "unknown",
  message: "The page was reloaded before the answer came.",
  hint: "Create it again: what is there already is not made twice.",
};

/** Of the dialogs only one stands at a time. */
const dialogs = new Set<{ isOpen: () => boolean; free: () => void }>();

/** One dialog that asks for agents, for the whole page. */
export function createDraftDialog<Draft>({ storageKey, schema, ...kind }: Options<Draft>): DraftDialog<Draft> {
  const submission = submissionOf(schema);
  const stored = z.object({ draft: schema, submission: submission.nullable(), unanswered: z.array(submission) });
  const listeners = new Set<() => void>();
  let state = restore();

  function restore(): DialogState<Draft> {
    const closed = closedDialog(kind);
    const kept = stored.safeParse(readStorage(storageKey)).data;
    if (kept === undefined) return closed;
    const { unanswered, ...current } = kept;
    return unanswered.reduce<DialogState<Draft>>(
      (restored, lost) =>
        nextDialogState(kind, restored, { type: "refused", submission: lost, problem: RELOADED, isBusy: false }),
      { ...closed, ...current },
    );
  }

  const tell = (event: DialogEvent<Draft>) => {
    const wasOpen = state.isOpen;
    state = nextDialogState(kind, state, event);
    const { draft, submission: last, unanswered } = state;
    writeStorage(storageKey, { draft, submission: last, unanswered });
    for (const listener of listeners) listener();
    if (!wasOpen || state.isOpen) return;
    for (const other of dialogs) other.free();
  };

  const self = { isOpen: () => state.isOpen, free: () => tell({ type: "freed" }) };
  dialogs.add(self);

  const subscribe = (listener: () => void) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  };
  return {
    tell,
    bringBack: (refused, problem) => {
      const isBusy = [...dialogs].some((dialog) => dialog.isOpen());
      tell({ type: "refused", submission: refused, problem, isBusy });
      return !isBusy;
    },
    read: () => state,
    use: () => useSyncExternalStore(subscribe, () => state),
  };
}

function readStorage(key: string): unknown {
  try {
    return JSON.parse(sessionStorage.getItem(key) ?? "null");
  } catch {
    // Storage is switched off, or somebody else wrote there: the draft then lives in this page alone.
    return null;
  }
}

function writeStorage(key: string, value: unknown): void {
  try {
    sessionStorage.setItem(key, JSON.stringify(value));
  } catch (error) {
    // Storage is switched off or full. The dialog must not fail for that.
    if (!(error instanceof DOMException)) throw error;
  }
}
