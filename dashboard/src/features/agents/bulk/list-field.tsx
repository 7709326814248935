import { FileDown } from "lucide-react";
import type { RefObject } from "react";
import { Field } from "../../../ui/field.tsx";
import { ChooseFile } from "./choose-file.tsx";
import type { Reading } from "./reading.ts";
import { TextEditor } from "./text-editor.tsx";
import type { BulkForm } from "./use-bulk-form.ts";
import type { ListFile } from "./use-list-file.ts";

const EXAMPLE = "Ricky\nAda, reads papers at night\nMarlow, looks into incidents, 🕵️";

type ListFieldProps = {
  form: BulkForm;
  textRef: RefObject<HTMLTextAreaElement | null>;
  file: ListFile;
  /** A file is held over it. */
  isFileOver: boolean;
};

/** The list itself: typed, pasted, or from a file. */
export function ListField({ form: { draft, edit, plan }, textRef, file, isFileOver }: ListFieldProps) {
  return (
    <Field
      label="List"
      action={<ChooseFile onFile={file.take} />}
      error={file.problem}
      hint={columnWords(plan.reading)}
      className="min-h-0 flex-1"
    >
      <TextEditor
        textRef={textRef}
        value={draft.text}
        onValueChange={(text) => {
          file.forgetProblem();
          edit({ text });
        }}
        placeholder={EXAMPLE}
        wrongLines={plan.wrongLines}
      >
        {isFileOver && (
          <div className="pointer-events-none absolute inset-0 grid place-items-center rounded-md border-2 border-accent border-dashed bg-accent-soft">
            <p className="flex items-center gap-2 font-medium text-accent-ink text-sm">
              <FileDown aria-hidden className="size-4" />
              Drop the file to read it
            </p>
          </div>
        )}
      </TextEditor>
    </Field>
  );
}

/** Which columns were found, and which say nothing to us. */
function columnWords({ columns }: Reading): string | undefined {
  if (columns === null) return undefined;
  const used = columns.used.map((column) => (column === "color" ? "colour" : column));
  return [`Columns: ${used.join(", ")}`, columns.unused.length > 0 && `Not used: ${columns.unused.join(", ")}`]
    .filter((part) => part !== false)
    .join(". ");
}
