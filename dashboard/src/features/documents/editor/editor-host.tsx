import { Annotation, Compartment, EditorState, type Extension, Transaction } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import { useEffect, useEffectEvent, useLayoutEffect, useRef, useState } from "react";
import { classNames } from "../../../ui/class-names.ts";
import { editorBase, readOnly } from "./editor-look.ts";
import { lineBreakOf, smallestChange } from "./text-change.ts";

/** Put by the page, not typed. */
const isPut = Annotation.define<true>();

type EditorHostProps = {
  /** A screen reader's name for it. */
  label: string;
  value: string;
  onValueChange: (value: string) => void;
  isReadOnly: boolean;
  /** Looked at once. */
  extensions?: Extension | undefined;
  className?: string | undefined;
};

/** One CodeMirror. A new `value` moves neither the cursor nor what was typed around it more than it must. */
export function EditorHost({ label, value, onValueChange, isReadOnly, ...props }: EditorHostProps) {
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(null);
  const locking = useRef(new Compartment());
  // As the first text has it: a text of one line says nothing of the next.
  const [lineBreak] = useState(() => lineBreakOf(value));
  const change = useEffectEvent(onValueChange);
  const start = useEffectEvent(() => ({ value, isReadOnly, extensions: props.extensions ?? [] }));

  useLayoutEffect(() => {
    if (host.current === null) return;
    const { value: doc, isReadOnly: isLocked, extensions } = start();
    const made = new EditorView({
      parent: host.current,
      state: EditorState.create({
        doc,
        extensions: [
          EditorState.lineSeparator.of(lineBreak),
          locking.current.of(isLocked ? readOnly : []),
          editorBase(label),
          extensions,
          EditorView.updateListener.of(({ docChanged, transactions, state }) => {
            if (docChanged && transactions.some((one) => one.docChanged && one.annotation(isPut) === undefined)) {
              change(state.sliceDoc());
            }
          }),
        ],
      }),
    });
    view.current = made;
    return () => {
      view.current = null;
      made.destroy();
    };
  }, [label, lineBreak]);

  // Before the next key is pressed: later, it would take back what that typed.
  useLayoutEffect(() => {
    const changes = view.current && smallestChange(view.current.state.sliceDoc(), value, lineBreak);
    if (!changes) return;
    const annotations = [isPut.of(true), Transaction.addToHistory.of(false)];
    view.current?.dispatch({ changes, annotations });
  }, [value, lineBreak]);

  useEffect(() => {
    view.current?.dispatch({ effects: locking.current.reconfigure(isReadOnly ? readOnly : []) });
  }, [isReadOnly]);

  return <div ref={host} className={classNames("min-h-0 [&>.cm-editor]:h-full", props.className)} />;
}
