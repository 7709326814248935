import { Field } from "../../../ui/field.tsx";
import { TextArea } from "../../../ui/text-input.tsx";
import { asOneLine } from "../as-one-line.ts";

const PURPOSE_LENGTH = 160;

type PurposeFieldProps = { value: string; onValueChange: (purpose: string) => void; error: string | undefined };

/** What an agent is for: one line of text that may be long. */
export function PurposeField({ value, onValueChange, error }: PurposeFieldProps) {
  return (
    <Field label="Purpose" isOptional error={error} counter={{ used: [...value.trim()].length, max: PURPOSE_LENGTH }}>
      <TextArea
        value={value}
        onValueChange={(purpose) => onValueChange(asOneLine(purpose))}
        onKeyDown={(event) => {
          // Enter has no line to break.
          if (event.key === "Enter" && !event.nativeEvent.isComposing) event.preventDefault();
        }}
        placeholder="Answers support mail"
      />
    </Field>
  );
}
