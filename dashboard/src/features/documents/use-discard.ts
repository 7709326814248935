import { type Dispatch, type SetStateAction, useEffect, useRef } from "react";
import { showToast } from "../../ui/toaster.tsx";
import { keepDraft } from "./drafts.ts";
import { type Edit, isUnsaved } from "./edit.ts";

/** Gives unsaved text up, with a way back; once the document is left, back means that it is offered there as a draft. */
export function useDiscard(draftKey: string, setEdit: Dispatch<SetStateAction<Edit | undefined>>) {
  const isOpen = useRef(false);
  useEffect(() => {
    isOpen.current = true;
    return () => {
      isOpen.current = false;
    };
  }, []);
  return (discarded: Edit | undefined): void => {
    setEdit(undefined);
    if (!isUnsaved(discarded)) return;
    const undo = () => {
      if (!isOpen.current) keepDraft(draftKey, discarded, Date.now());
      // What was typed since then is worth more.
      else setEdit((now) => (isUnsaved(now) ? now : discarded));
    };
    showToast({
      id: "discarded",
      tone: "neutral",
      title: "Your unsaved text is discarded",
      action: { label: "Undo", onSelect: undo },
    });
  };
}
