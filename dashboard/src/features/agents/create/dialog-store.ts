import { useSyncExternalStore } from "react";
import { CLOSED_DIALOG, type DialogEvent, type DialogState, nextDialogState } from "./dialog-state.ts";
import { type Draft, draft } from "./draft.ts";

/** A draft outlives a reload, but not the tab. */
const STORAGE_KEY = "hatchery.new-agent-draft";

function storedDraft(): Draft | undefined {
  try {
    return draft.safeParse(JSON.parse(sessionStorage.getItem(STORAGE_KEY) ?? "null")).data;
  } catch {
    // Storage is switched off, or somebody else wrote there: the draft then lives in this page alone.
    return undefined;
  }
}

function storeDraft(some: Draft): void {
  try {
    sessionStorage.setItem(STORAGE_KEY, JSON.stringify(some));
  } catch (error) {
    // Storage is switched off or full. The dialog must not fail for that.
    if (!(error instanceof DOMException)) throw error;
  }
}

let state: DialogState = { ...CLOSED_DIALOG, draft: storedDraft() ?? CLOSED_DIALOG.draft };
const listeners = new Set<() => void>();

/** Tells the New agent dialog what happened. */
export function tellDialog(event: DialogEvent): void {
  state = nextDialogState(state, event);
  storeDraft(state.draft);
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function useDialogState(): DialogState {
  return useSyncExternalStore(subscribe, () => state);
}

export function readDialogState(): DialogState {
  return state;
}
