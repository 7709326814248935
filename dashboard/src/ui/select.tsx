import { Field } from "@base-ui/react/field";
import { ChevronsUpDown } from "lucide-react";
import { classNames } from "./class-names.ts";
import { inputStyle } from "./text-input.tsx";

type SelectProps<Value extends string> = {
  value: Value;
  onValueChange: (value: Value) => void;
  options: readonly { value: Value; label: string; disabled?: boolean | undefined }[];
  /** Needed outside a Field. */
  "aria-label"?: string | undefined;
  disabled?: boolean | undefined;
  className?: string | undefined;
};

/** The browser's own select: right by keyboard, by screen reader and on a phone. */
export function Select<Value extends string>({
  value,
  onValueChange,
  options,
  className,
  ...rest
}: SelectProps<Value>) {
  const choose = (chosen: string) => {
    const option = options.find((candidate) => candidate.value === chosen);
    if (option !== undefined) onValueChange(option.value);
  };
  return (
    <div className="relative">
      <Field.Control
        value={value}
        onValueChange={choose}
        className={classNames(inputStyle, "h-9 cursor-pointer appearance-none truncate pr-9 pl-3", className)}
        render={
          <select {...rest}>
            {options.map((option) => (
              <option key={option.value} value={option.value} disabled={option.disabled}>
                {option.label}
              </option>
            ))}
          </select>
        }
      />
      <ChevronsUpDown
        aria-hidden
        className="pointer-events-none absolute inset-y-0 right-3 my-auto size-4 text-quiet"
      />
    </div>
  );
}
