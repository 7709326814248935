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
  className?: string | undefined;
};

/** Two texts in one column, difference by difference. */
export function DiffEditor({ label, original, value, merge, className }: DiffEditorProps) {
  const isMerge = merge !== undefined;
  const extensions = useMemo(
    () => [
      unifiedMergeView({
        original,
        mergeControls:
          merge === undefined
            ? false
            : (type, action) => chunkButton(type === "accept" ? merge.keepLabel : merge.takeLabel, action),
        collapseUnchanged: { margin: 3, minSize: 6 },
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
      isReadOnly={!isMerge}
      extensions={extensions}
      className={className}
    />
  );
}

function chunkButton(words: string, action: (event: MouseEvent) => void): HTMLElement {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = words;
  button.className =
    "h-7 cursor-pointer rounded-sm border border-line-strong bg-surface px-2 font-medium text-ink text-xs shadow-raised hover:bg-hover";
  // CodeMirror's own act on mousedown, which the keyboard has not.
  button.addEventListener("click", action);
  return button;
}
