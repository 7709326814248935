import { useEffect, useEffectEvent, useRef, useState } from "react";
import { type Draft, forgetDraft, keepDraft, readDraft } from "./drafts.ts";
import { currentEdit, type Edit, type Head } from "./edit.ts";

const KEEP_AFTER_MS = 250;

type KeptDraft = {
  /** What was left unsaved the last time, until it is decided what becomes of it. */
  offered: Draft | undefined;
  /** Ends the offer, whichever way. */
  decide: () => void;
  /** Whether what is typed would survive a reload. */
  isKept: boolean;
};

/** Keeps what is unsaved in this browser, and offers again what was. `edit` undefined: all is saved. */
export function useDraft(key: string, edit: Edit | undefined, head: Head): KeptDraft {
  const [found] = useState(() => readDraft(key));
  // What is the document by now was saved after all.
  const [offered, setOffered] = useState(currentEdit(found, head) && found);
  const [isKept, setIsKept] = useState(true);
  // Another tab may have its own draft of this document: here only that of this time is forgotten.
  const oursAt = useRef(offered === undefined ? found?.at : undefined);
  const isPending = useRef(false);

  const write = useEffectEvent(() => {
    if (!isPending.current) return;
    isPending.current = false;
    if (edit !== undefined) {
      oursAt.current = Date.now();
      setIsKept(keepDraft(key, edit, oursAt.current));
    } else if (oursAt.current !== undefined) {
      if (readDraft(key)?.at === oursAt.current) forgetDraft(key);
      oursAt.current = undefined;
    }
  });

  useEffect(() => {
    if (offered !== undefined) return;
    isPending.current = edit !== undefined || oursAt.current !== undefined;
    const timer = setTimeout(write, KEEP_AFTER_MS);
    return () => clearTimeout(timer);
  }, [edit, offered]);

  useEffect(() => {
    const flush = () => write();
    addEventListener("pagehide", flush);
    return () => {
      removeEventListener("pagehide", flush);
      flush();
    };
  }, []);

  return {
    offered,
    decide: () => {
      oursAt.current = offered?.at;
      isPending.current = true;
      setOffered(undefined);
    },
    isKept,
  };
}
