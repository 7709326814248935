import { Field } from "@base-ui/react/field";
import type { ComponentProps, ReactNode } from "react";
import { classNames } from "./class-names.ts";

/** The look of whatever one types or chooses in. On phones the text is 16 px, or Safari zooms in on focus. */
export const inputStyle = [
  "w-full min-w-0 rounded-md border border-line-strong bg-surface text-base text-ink shadow-raised sm:text-sm",
  "transition-[border-color,box-shadow] placeholder:text-faint hover:border-faint",
  "data-invalid:border-danger-solid disabled:cursor-not-allowed disabled:opacity-60",
].join(" ");

type TextInputProps = Omit<Field.Control.Props, "className" | "render"> & {
  className?: string | undefined;
  /** An icon at the start; decoration. */
  leading?: ReactNode;
  /** At the end: a Kbd, a small button. */
  trailing?: ReactNode;
};

/** One line of text. Inside a Field it is tied to its label; alone it needs an `aria-label`. */
export function TextInput({ className, leading, trailing, ...rest }: TextInputProps) {
  const hasLeading = leading !== undefined && leading !== null;
  const hasTrailing = trailing !== undefined && trailing !== null;
  const control = (
    <Field.Control
      {...rest}
      className={classNames(inputStyle, "h-9 px-3", hasLeading && "pl-9", hasTrailing && "pr-10", className)}
    />
  );
  if (!hasLeading && !hasTrailing) return control;
  return (
    <div className="relative">
      {control}
      {hasLeading && (
        <span
          aria-hidden
          className="pointer-events-none absolute inset-y-0 left-3 grid place-items-center text-faint [&_svg]:size-4"
        >
          {leading}
        </span>
      )}
      {hasTrailing && <span className="absolute inset-y-0 right-2 grid place-items-center">{trailing}</span>}
    </div>
  );
}

type TextAreaProps = Omit<ComponentProps<"textarea">, "className"> & {
  className?: string | undefined;
  onValueChange?: ((value: string) => void) | undefined;
};

/** Several lines of text; grows with them. */
export function TextArea({ className, onValueChange, value, ...rest }: TextAreaProps) {
  return (
    <Field.Control
      value={value}
      onValueChange={onValueChange}
      render={<textarea rows={3} {...rest} />}
      className={classNames(inputStyle, "field-sizing-content min-h-20 resize-none px-3 py-2", className)}
    />
  );
}
