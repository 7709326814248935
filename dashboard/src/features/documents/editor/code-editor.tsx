import { placeholder } from "@codemirror/view";
import { EditorHost } from "./editor-host.tsx";

type CodeEditorProps = {
  label: string;
  value: string;
  onValueChange: (value: string) => void;
  isReadOnly: boolean;
  /** What an empty text says. */
  emptyText: string;
  className?: string | undefined;
};

/** Where a document is written. */
export function CodeEditor({ emptyText, ...props }: CodeEditorProps) {
  return <EditorHost {...props} extensions={placeholder(emptyText)} />;
}
