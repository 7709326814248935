import { getChunks, unifiedMergeView } from "@codemirror/merge";
import { EditorView } from "@codemirror/view";
import { useMemo } from "react";
import { EditorHost } from "./editor-host.tsx";

type DiffEditorProps = {
  label: string;
  /** What is shown as taken away. */
  original: string;
  value: string;
  /** With it each difference can be taken or left, and the text be typed in. */
  merge?:
    | {
        /** On the button that leaves this text as it is. */
        keepLabel: string;
        /** On the button that takes the original in its place. */
        takeLabel: string;
        onValueChange: (value: string) => void;
        /** How many differences are left. */
        onCount: (count: number) => void;
      }
    | undefined;
  /** Nothing can be typed for now. */
  isBusy?: boolean;
  className?: string | undefined;
};

/** Two texts in one column, difference by difference. */
export function DiffEditor({ label, original, value, merge, isBusy = false, className }: DiffEditorProps) {
  const isMerge = merge !== undefined;
  const extensions = useMemo(
    () => [
      unifiedMergeView({
        original,
        mergeControls:
          merge === undefined
            ? false
            : (type, action) => chunkButton(type === "accept" ? merge.keepLabel : merge.takeLabel, action),
        // What is folded opens by the pointer alone: only where scrolling past it would take long.
        ...(isLong(original) && { collapseUnchanged: { margin: 5, minSize: 20 } }),
        gutter: true,
      }),
      EditorView.updateListener.of(({ state }) => merge?.onCount(getChunks(state)?.chunks.length ?? 0)),
    ],
    // An editor looks at its extensions once.
    [original, merge],
  );
  return (
    <EditorHost
      // The text beside which it stands cannot be exchanged under the editor.
      key={original}
      label={label}
      value={value}
      onValueChange={merge?.onValueChange ?? (() => undefined)}
      isReadOnly={!isMerge || isBusy}
      extensions={extensions}
      className={className}
    />
  );
}

const LONG_LINES = 200;

const isLong = (text: string): boolean => text.split("\n", LONG_LINES + 1).length > LONG_LINES;

function chunkButton(words: string, action: (event: MouseEvent) => void): HTMLElement {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = words;
  // CodeMirror's own act on mousedown, which the keyboard has not.
  button.addEventListener("click", action);
  return button;
}
