import type { Failure } from "../../../lib/error-text.ts";
import type { Submission } from "./submission.ts";

type Kept<Draft> = {
  draft: Draft;
  /** How this draft, or what it was before the last edits, was asked for. */
  submission: Submission<Draft> | null;
  /** What came of that. */
  problem: Failure | null;
};

/** A dialog that asks for agents. Nothing typed is ever lost: what cannot be shown at once waits. */
export type DialogState<Draft> = Kept<Draft> & {
  isOpen: boolean;
  /** Drafts that wait for the dialog: refused while another one was open, or left half typed when one came back. */
  waiting: readonly Kept<Draft>[];
  /** Asked for, and not answered yet. */
  unanswered: readonly Submission<Draft>[];
};

export type DialogEvent<Draft> =
  | { type: "opened" }
  | { type: "closed" }
  | { type: "edited"; changes: Partial<Draft> }
  | { type: "submitted"; submission: Submission<Draft> }
  | { type: "answered"; submission: Submission<Draft> }
  /** `isBusy`: another dialog stands where this one would. */
  | { type: "refused"; submission: Submission<Draft>; problem: Failure; isBusy: boolean }
  | { type: "freed" };

/** What is particular to one kind of draft. */
export type DraftKind<Draft> = {
  blank: Draft;
  /** Whether closing would lose nothing that somebody typed or picked. */
  isBlank: (draft: Draft) => boolean;
  /** Whether a refusal says nothing any more after these changes; if never, it stands until the next try. */
  isMended: (problem: Failure, changes: Partial<Draft>) => boolean;
};

export function closedDialog<Draft>({ blank }: DraftKind<Draft>): DialogState<Draft> {
  return { isOpen: false, draft: blank, submission: null, problem: null, waiting: [], unanswered: [] };
}

export function nextDialogState<Draft>(
  kind: DraftKind<Draft>,
  state: DialogState<Draft>,
  event: DialogEvent<Draft>,
): DialogState<Draft> {
  switch (event.type) {
    case "opened":
      return { ...state, isOpen: true };
    case "closed":
      return kind.isBlank(state.draft) ? showWaiting(kind, state) : { ...state, isOpen: false };
    case "edited":
      return edited(kind, state, event.changes);
    case "submitted":
      return showWaiting(kind, { ...state, unanswered: [...state.unanswered, event.submission] });
    case "answered":
      return without(state, event.submission);
    case "refused":
      return refused(kind, without(state, event.submission), event);
    case "freed":
      return !state.isOpen && state.waiting[0]?.problem ? takeUp(kind, state, state.waiting[0]) : state;
  }
}

function edited<Draft>(kind: DraftKind<Draft>, state: DialogState<Draft>, changes: Partial<Draft>) {
  const draft = { ...state.draft, ...changes };
  if (kind.isBlank(draft)) return { ...state, draft, submission: null, problem: null };
  const isMended = state.problem !== null && kind.isMended(state.problem, changes);
  return { ...state, draft, problem: isMended ? null : state.problem };
}

/** Closes, and makes room for what waited; a refused draft opens the dialog again. */
function showWaiting<Draft>(kind: DraftKind<Draft>, { waiting, unanswered }: DialogState<Draft>): DialogState<Draft> {
  const [next, ...rest] = waiting;
  if (next === undefined) return { ...closedDialog(kind), unanswered };
  return { ...next, isOpen: next.problem !== null, waiting: rest, unanswered };
}

function without<Draft>(state: DialogState<Draft>, { key }: Submission<Draft>): DialogState<Draft> {
  return { ...state, unanswered: state.unanswered.filter((submission) => submission.key !== key) };
}

type Refusal<Draft> = { submission: Submission<Draft>; problem: Failure; isBusy: boolean };

function refused<Draft>(
  kind: DraftKind<Draft>,
  state: DialogState<Draft>,
  { submission, problem, isBusy }: Refusal<Draft>,
) {
  // A key that stands for something else is of no more use.
  const isSpent = problem.code === "idempotency_key_reused";
  const kept = { draft: submission.draft, submission: isSpent ? null : submission, problem };
  if (state.isOpen || isBusy) return { ...state, waiting: [...state.waiting, kept] };
  return takeUp(kind, state, kept);
}

/** Opens with this draft; what was left half typed comes after it. */
function takeUp<Draft>(kind: DraftKind<Draft>, state: DialogState<Draft>, kept: Kept<Draft>): DialogState<Draft> {
  const { draft, submission, problem } = state;
  const leftOver = kind.isBlank(draft) ? [] : [{ draft, submission, problem }];
  const waiting = [...leftOver, ...state.waiting.filter((one) => one !== kept)];
  return { ...kept, isOpen: true, waiting, unanswered: state.unanswered };
}
