import { BLANK_DRAFT, type Draft, isBlank, type Problem } from "./draft.ts";

/** The New agent dialog. Nothing typed is ever lost: what cannot be shown at once waits. */
export type DialogState = {
  isOpen: boolean;
  draft: Draft;
  /** What the server had against this draft. */
  problem: Problem | null;
  /** Drafts that wait for the dialog: refused while another one was open, or left half typed when one came back. */
  waiting: readonly { draft: Draft; problem: Problem | null }[];
};

export type DialogEvent =
  | { type: "opened" }
  | { type: "closed" }
  | { type: "edited"; changes: Partial<Draft> }
  | { type: "submitted" }
  | { type: "refused"; draft: Draft; problem: Problem };

export const CLOSED_DIALOG: DialogState = { isOpen: false, draft: BLANK_DRAFT, problem: null, waiting: [] };

export function nextDialogState(state: DialogState, event: DialogEvent): DialogState {
  switch (event.type) {
    case "opened":
      return { ...state, isOpen: true };
    case "closed":
      return isBlank(state.draft) ? showWaiting(state) : { ...state, isOpen: false };
    case "edited":
      return {
        ...state,
        draft: { ...state.draft, ...event.changes },
        problem: stillWrong(state.problem, event.changes),
      };
    case "submitted":
      return showWaiting(state);
    case "refused":
      return refused(state, event);
  }
}

/** Closes, and makes room for what waited; a refused draft opens the dialog again. */
function showWaiting({ waiting }: DialogState): DialogState {
  const [next, ...rest] = waiting;
  if (next === undefined) return CLOSED_DIALOG;
  return { isOpen: next.problem !== null, draft: next.draft, problem: next.problem, waiting: rest };
}

function refused(state: DialogState, { draft, problem }: { draft: Draft; problem: Problem }): DialogState {
  if (state.isOpen) return { ...state, waiting: [...state.waiting, { draft, problem }] };
  const leftOver = isBlank(state.draft) ? [] : [{ draft: state.draft, problem: state.problem }];
  return { isOpen: true, draft, problem, waiting: [...leftOver, ...state.waiting] };
}

const FIELD_OF: Record<keyof Draft, string> = {
  name: "displayName",
  purpose: "roleShort",
  emoji: "emoji",
  color: "color",
  executorId: "executorId",
  projectId: "projectId",
  ownKey: "agentKey",
};

/** A refusal stands until the field it names changes; one that names none stands until the next try. */
function stillWrong(problem: Problem | null, changes: Partial<Draft>): Problem | null {
  const isMended = Object.entries(FIELD_OF).some(([key, field]) => key in changes && field === problem?.field);
  return isMended ? null : problem;
}
